#include "codes_search.hpp"
#include "flat_search.hpp"
#include "graph.hpp"
#include "index.hpp"
#include "lists.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <faiss/IndexIVFPQ.h>
#include <faiss/IndexScalarQuantizer.h>
#include <omp.h>

using namespace cfaiss;

std::unique_ptr<cfaiss_index> cfaiss::adopt(std::unique_ptr<faiss::Index> index) {
  auto result = std::make_unique<cfaiss_index>();
  if (const auto *coded = dynamic_cast<faiss::IndexIVF *>(index.get())) {
    result->lists = std::make_unique<CodedLists>(*coded);
    result->owned = std::move(index);
    return result;
  }
  result->graph = dynamic_cast<faiss::IndexHNSWFlat *>(index.get());
  faiss::Index *storage = result->graph ? result->graph->storage : index.get();
  result->vectors = dynamic_cast<faiss::IndexFlat *>(storage);
  if (!result->vectors) fail(CFAISS_CORRUPT, 0, 0, "the index does not store plain vectors");
  result->owned = std::move(index);
  return result;
}

int64_t cfaiss::firstUnusable(const float *rows, int64_t count, size_t dimension) {
  const Kernels &kernel = kernels();
  for (int64_t i = 0; i < count; ++i, rows += dimension)
    if (!std::isfinite(kernel.dot(rows, rows, dimension))) return i;
  return -1;
}

void cfaiss::checkRows(const float *rows, int64_t count, size_t dimension, const char *what) {
  const int64_t i = firstUnusable(rows, count, dimension);
  if (i < 0) return;
  const float *row = rows + static_cast<size_t>(i) * dimension;
  for (size_t j = 0; j < dimension; ++j)
    if (!std::isfinite(row[j]))
      fail(CFAISS_NOT_FINITE, 0, i, "%s %lld has a NaN or infinite value at position %zu", what,
           static_cast<long long>(i), j);
  fail(CFAISS_NOT_FINITE, 0, i, "%s %lld is so long that its products overflow", what, static_cast<long long>(i));
}

static void checkDimension(int32_t dimension) {
  if (dimension < 1 || dimension > maximumDimension)
    fail(CFAISS_ARGUMENT, maximumDimension, dimension, "a dimension must lie in 1...%d", maximumDimension);
}

static std::unique_ptr<faiss::IndexHNSWFlat> makeGraph(int32_t dimension, int32_t links, int32_t ef_construction) {
  if (links < 2 || links > 512) fail(CFAISS_ARGUMENT, 512, links, "M must lie in 2...512");
  if (ef_construction < 1 || ef_construction > 100000)
    fail(CFAISS_ARGUMENT, 100000, ef_construction, "efConstruction must lie in 1...100000");
  auto made = std::make_unique<faiss::IndexHNSWFlat>(dimension, links, faiss::METRIC_INNER_PRODUCT);
  made->hnsw.efConstruction = ef_construction;
  return made;
}

static size_t trainedBytes(const faiss::IndexIVF &index) {
  if (const auto *product = dynamic_cast<const faiss::IndexIVFPQ *>(&index))
    return product->pq.centroids.capacity() * sizeof(float);
  return dynamic_cast<const faiss::IndexIVFScalarQuantizer &>(index).sq.trained.capacity() * sizeof(float);
}

extern "C" {

int32_t cfaiss_create_flat(int32_t dimension, cfaiss_index **index, cfaiss_failure *failure) {
  return guarded(failure, [&] {
    checkDimension(dimension);
    *index = adopt(std::make_unique<faiss::IndexFlatIP>(dimension)).release();
  });
}

int32_t cfaiss_create_hnsw(int32_t dimension, int32_t links, int32_t ef_construction, cfaiss_index **index,
                           cfaiss_failure *failure) {
  return guarded(failure, [&] {
    checkDimension(dimension);
    *index = adopt(makeGraph(dimension, links, ef_construction)).release();
  });
}

void cfaiss_free(cfaiss_index *index) { delete index; }

cfaiss_description cfaiss_describe(const cfaiss_index *index) {
  cfaiss_description result{};
  result.kind = index->graph ? CFAISS_HNSW : CFAISS_FLAT;
  result.dimension = index->dimension();
  result.count = index->count();
  result.checksum = index->checksum;
  if (index->lists) {
    result.kind = index->lists->kind();
    result.lists = index->lists->listCount();
    result.mapped = index->lists->mapped();
    result.bytes = index->lists->heapBytes();
    if (const auto *coded = dynamic_cast<const faiss::IndexIVF *>(index->owned.get())) {
      const auto &stored = dynamic_cast<const faiss::ArrayInvertedLists &>(*coded->invlists);
      result.bytes += static_cast<int64_t>(
          dynamic_cast<const faiss::IndexFlat &>(*coded->quantizer).codes.capacity() +
          trainedBytes(*coded) + stored.codes.capacity() * sizeof(stored.codes[0]) +
          stored.ids.capacity() * sizeof(stored.ids[0]));
      for (const auto &codes : stored.codes) result.bytes += static_cast<int64_t>(codes.capacity());
      for (const auto &ids : stored.ids) result.bytes += static_cast<int64_t>(ids.capacity() * sizeof(int64_t));
    }
    return result;
  }
  result.bytes = static_cast<int64_t>(index->vectors->codes.capacity()) + (index->codes ? index->codes->bytes() : 0);
  result.coded = index->codes ? 1 : 0;
  if (index->graph) {
    const auto &hnsw = index->graph->hnsw;
    result.links = hnsw.cum_nneighbor_per_level[1] / 2;
    result.ef_construction = hnsw.efConstruction;
    result.bytes += static_cast<int64_t>(hnsw.levels.capacity() * sizeof(int) +
                                         hnsw.offsets.capacity() * sizeof(size_t) +
                                         hnsw.neighbors.capacity() * sizeof(int32_t));
  }
  return result;
}

int32_t cfaiss_add(cfaiss_index *index, int64_t count, const float *rows, int32_t threads, cfaiss_failure *failure) {
  return guarded(failure, [&] {
    if (count < 0) fail(CFAISS_ARGUMENT, 0, count, "a row count cannot be negative");
    if (index->lists) fail(CFAISS_ARGUMENT, 0, 0, "nothing can be added to an index with lists");
    if (count == 0) return;
    if (count > maximumRows - index->count())
      fail(CFAISS_ARGUMENT, maximumRows, index->count() + count, "an index holds at most %lld rows",
           static_cast<long long>(maximumRows));
    checkRows(rows, count, static_cast<size_t>(index->dimension()), "added vector");
    index->codes.reset(); // they are of the rows before
    if (!index->graph) {
      index->owned->add(count, rows);
      return;
    }
    const int64_t first = index->count();
    index->vectors->add(count, rows);
    index->graph->ntotal = index->vectors->ntotal;
    index->graph->hnsw.prepare_level_tab(static_cast<size_t>(count));
    buildGraph(index->graph->hnsw, index->rows(), static_cast<size_t>(index->dimension()), first, threads);
  });
}

int32_t cfaiss_link(cfaiss_index *index, int32_t links, int32_t ef_construction, int32_t threads,
                    cfaiss_failure *failure) {
  return guarded(failure, [&] {
    if (index->graph || index->lists) fail(CFAISS_ARGUMENT, 0, 0, "the index is not flat any more");
    const int64_t count = index->count();
    auto made = makeGraph(index->dimension(), links, ef_construction);
    auto &storage = dynamic_cast<faiss::IndexFlat &>(*made->storage);
    made->hnsw.prepare_level_tab(static_cast<size_t>(count));
    buildGraph(made->hnsw, index->rows(), static_cast<size_t>(index->dimension()), 0, threads);
    storage.codes.swap(index->vectors->codes);
    storage.ntotal = made->ntotal = count;
    *index = std::move(*adopt(std::move(made)));
  });
}

int32_t cfaiss_code(cfaiss_index *index, int32_t kind, int32_t threads, cfaiss_failure *failure) {
  return guarded(failure, [&] {
    if (kind != CFAISS_IVF_SQ8 && kind != CFAISS_IVF_PQ)
      fail(CFAISS_ARGUMENT, CFAISS_IVF_PQ, kind, "kind %d has no lists", kind);
    if (index->graph || index->lists) fail(CFAISS_ARGUMENT, 0, 0, "the index is not flat any more");
    *index = std::move(*adopt(buildLists(kind, index->rows(), index->count(), index->dimension(), threads)));
  });
}

int32_t cfaiss_keep_codes(cfaiss_index *index, cfaiss_failure *failure) {
  return guarded(failure, [&] {
    if (index->graph || index->lists) return;
    index->codes =
        std::make_unique<RowCodes>(index->rows(), index->count(), static_cast<size_t>(index->dimension()));
  });
}

int32_t cfaiss_finish(cfaiss_index *index, cfaiss_failure *failure) {
  return guarded(failure, [&] {
    if (index->lists) return;
    index->vectors->codes.shrink_to_fit();
    if (!index->graph) return;
    index->graph->hnsw.levels.shrink_to_fit();
    index->graph->hnsw.offsets.shrink_to_fit();
    index->graph->hnsw.neighbors.shrink_to_fit();
  });
}

int32_t cfaiss_search(const cfaiss_index *index, int64_t queries, const float *vectors, int64_t k, int32_t ef_search,
                      int32_t probes, int32_t threads, const uint64_t *selection, int64_t selection_words,
                      float *scores, int64_t *ids, cfaiss_failure *failure) {
  return guarded(failure, [&] {
    if (queries < 0) fail(CFAISS_ARGUMENT, 0, queries, "a query count cannot be negative");
    if (k < 1) fail(CFAISS_ARGUMENT, 1, k, "k must be at least 1");
    if (queries == 0) return;
    checkRows(vectors, queries, static_cast<size_t>(index->dimension()), "query vector");
    // Heaps and beams are of size k, so k never exceeds what can be found.
    const Selection selected(selection, selection_words, index->count());
    const int64_t found = std::min(k, selected.count());
    std::fill_n(ids, queries * k, int64_t{-1});
    std::fill_n(scores, queries * k, 0.0f);
    if (found == 0) return;
    const auto dimension = static_cast<size_t>(index->dimension());
    std::vector<std::vector<Scored>> all;
    if (index->lists) {
      all.resize(static_cast<size_t>(queries));
      for (size_t q = 0; q < all.size(); ++q)
        index->lists->search(vectors + q * dimension, static_cast<size_t>(found), probes, selected, all[q]);
    } else if (index->graph) {
      const GraphView graph(index->graph->hnsw, index->rows(), dimension);
      const auto beam = static_cast<size_t>(std::clamp<int64_t>(ef_search, 1, index->count()));
      all.resize(static_cast<size_t>(queries));
      for (size_t q = 0; q < all.size(); ++q)
        searchGraph(graph, vectors + q * dimension, static_cast<size_t>(found), beam, selected, all[q]);
    } else {
      // A batch computes more than it reads, several threads read faster than one, and a selection skips rows: codes have
      // little to save there.
      const bool coded = index->codes && queries == 1 && threads <= 1 && selected.all();
      all.resize(1);
      if (!coded || searchCodes(kernels(), index->rows(), *index->codes, vectors, static_cast<size_t>(found), all[0]) < 0)
        searchFlat(kernels(), index->rows(), index->count(), dimension, vectors, static_cast<size_t>(queries),
                   static_cast<size_t>(found), threads, selected, all);
    }
    for (size_t q = 0; q < all.size(); ++q) {
      for (size_t i = 0; i < all[q].size(); ++i) {
        ids[q * static_cast<size_t>(k) + i] = all[q][i].row;
        scores[q * static_cast<size_t>(k) + i] = all[q][i].score;
      }
    }
  });
}

int32_t cfaiss_search_reference(const cfaiss_index *index, int64_t queries, const float *vectors, int64_t k,
                                int32_t ef_search, int32_t probes, int32_t threads, float *scores, int64_t *ids,
                                cfaiss_failure *failure) {
  return guarded(failure, [&] {
    if (!index->owned) fail(CFAISS_ARGUMENT, 0, 0, "FAISS's own search does not read a mapped index");
    if (k < 1 || k > index->count()) fail(CFAISS_ARGUMENT, index->count(), k, "k must lie within the rows");
    omp_set_num_threads(std::max(1, threads));
    faiss::SearchParametersHNSW parameters;
    parameters.efSearch = ef_search;
    faiss::SearchParametersIVF reading;
    reading.nprobe = static_cast<size_t>(std::max(1, probes));
    const faiss::SearchParameters *chosen = nullptr;
    if (index->graph) chosen = &parameters;
    if (index->lists) chosen = &reading;
    index->owned->search(queries, vectors, k, scores, ids, chosen);
  });
}

int32_t cfaiss_reconstruct(const cfaiss_index *index, int64_t first, int64_t count, float *out,
                           cfaiss_failure *failure) {
  return guarded(failure, [&] {
    if (first < 0 || count < 0 || first > index->count() || count > index->count() - first)
      fail(CFAISS_ARGUMENT, index->count(), first + count, "rows beyond the %lld rows of the index",
           static_cast<long long>(index->count()));
    if (index->lists) {
      for (int64_t i = 0; i < count; ++i) index->lists->decode(first + i, out + i * index->dimension());
      return;
    }
    std::copy_n(index->rows() + first * index->dimension(), count * index->dimension(), out);
  });
}

} // extern "C"
