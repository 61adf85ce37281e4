#include "index.hpp"

#include <algorithm>
#include <vector>

#include <omp.h>

using namespace cfaiss;

std::unique_ptr<cfaiss_index> cfaiss::adopt(std::unique_ptr<faiss::Index> index) {
  auto result = std::make_unique<cfaiss_index>();
  result->graph = dynamic_cast<faiss::IndexHNSWFlat *>(index.get());
  faiss::Index *storage = result->graph ? result->graph->storage : index.get();
  result->vectors = dynamic_cast<faiss::IndexFlat *>(storage);
  if (!result->vectors) fail(CFAISS_CORRUPT, 0, 0, "the index does not store plain vectors");
  result->owned = std::move(index);
  return result;
}

static void checkDimension(int32_t dimension) {
  if (dimension < 1 || dimension > maximumDimension)
    fail(CFAISS_ARGUMENT, maximumDimension, dimension, "a dimension must lie in 1...%d", maximumDimension);
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
    if (links < 2 || links > 512) fail(CFAISS_ARGUMENT, 512, links, "M must lie in 2...512");
    if (ef_construction < 1 || ef_construction > 100000)
      fail(CFAISS_ARGUMENT, 100000, ef_construction, "efConstruction must lie in 1...100000");
    auto made = std::make_unique<faiss::IndexHNSWFlat>(dimension, links, faiss::METRIC_INNER_PRODUCT);
    made->hnsw.efConstruction = ef_construction;
    *index = adopt(std::move(made)).release();
  });
}

void cfaiss_free(cfaiss_index *index) { delete index; }

cfaiss_description cfaiss_describe(const cfaiss_index *index) {
  cfaiss_description result{};
  result.kind = index->graph ? CFAISS_HNSW : CFAISS_FLAT;
  result.dimension = index->dimension();
  result.count = index->count();
  result.bytes = static_cast<int64_t>(index->vectors->codes.capacity());
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
    if (count == 0) return;
    if (count > maximumRows - index->count())
      fail(CFAISS_ARGUMENT, maximumRows, index->count() + count, "an index holds at most %lld rows",
           static_cast<long long>(maximumRows));
    checkFinite(rows, count * index->dimension(), "a vector to add");
    omp_set_num_threads(std::max(1, threads));
    index->owned->add(count, rows);
  });
}

int32_t cfaiss_finish(cfaiss_index *index, cfaiss_failure *failure) {
  return guarded(failure, [&] {
    index->vectors->codes.shrink_to_fit();
    if (!index->graph) return;
    index->graph->hnsw.levels.shrink_to_fit();
    index->graph->hnsw.offsets.shrink_to_fit();
    index->graph->hnsw.neighbors.shrink_to_fit();
  });
}

int32_t cfaiss_search(const cfaiss_index *index, int64_t queries, const float *vectors, int64_t k, int32_t ef_search,
                      int32_t threads, float *scores, int64_t *ids, cfaiss_failure *failure) {
  return guarded(failure, [&] {
    if (queries < 0) fail(CFAISS_ARGUMENT, 0, queries, "a query count cannot be negative");
    if (k < 1) fail(CFAISS_ARGUMENT, 1, k, "k must be at least 1");
    if (queries == 0) return;
    checkFinite(vectors, queries * index->dimension(), "the query vector");
    // FAISS allocates heaps of size k, so k never exceeds what can be found.
    const int64_t found = std::min(k, index->count());
    std::fill_n(ids, queries * k, int64_t{-1});
    std::fill_n(scores, queries * k, 0.0f);
    if (found == 0) return;
    omp_set_num_threads(std::max(1, threads));
    std::vector<float> foundScores(queries * found);
    std::vector<faiss::Index::idx_t> foundIDs(queries * found);
    if (index->graph) {
      faiss::SearchParametersHNSW parameters;
      parameters.efSearch = static_cast<int>(std::min<int64_t>(std::max<int64_t>(ef_search, found), index->count()));
      index->owned->search(queries, vectors, found, foundScores.data(), foundIDs.data(), &parameters);
      // FAISS 1.7.3 negates the inner product for HNSW and turns it back itself.
    } else {
      index->owned->search(queries, vectors, found, foundScores.data(), foundIDs.data());
    }
    for (int64_t q = 0; q < queries; ++q) {
      int64_t place = 0;
      for (int64_t i = 0; i < found; ++i) {
        if (foundIDs[q * found + i] < 0) continue;
        ids[q * k + place] = foundIDs[q * found + i];
        scores[q * k + place++] = foundScores[q * found + i];
      }
    }
  });
}

int32_t cfaiss_reconstruct(const cfaiss_index *index, int64_t first, int64_t count, float *out,
                           cfaiss_failure *failure) {
  return guarded(failure, [&] {
    if (first < 0 || count < 0 || first > index->count() || count > index->count() - first)
      fail(CFAISS_ARGUMENT, index->count(), first + count, "rows beyond the %lld rows of the index",
           static_cast<long long>(index->count()));
    std::copy_n(index->rows() + first * index->dimension(), count * index->dimension(), out);
  });
}

} // extern "C"
