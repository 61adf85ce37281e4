// hnswlib behind three C functions, so that one process times it beside ours; see ./dense.
#include <cstddef>
#include <cstdint>
#include <memory>

#include <hnswlib/hnswlib.h>

struct peer {
  hnswlib::InnerProductSpace space;
  std::unique_ptr<hnswlib::HierarchicalNSW<float>> index;
  explicit peer(size_t dimension) : space(dimension) {}
};

extern "C" {

peer *peer_build(const float *rows, size_t count, size_t dimension, size_t links, size_t ef_construction) {
  auto made = std::make_unique<peer>(dimension);
  made->index = std::make_unique<hnswlib::HierarchicalNSW<float>>(&made->space, count, links, ef_construction);
  for (size_t row = 0; row < count; ++row) made->index->addPoint(rows + row * dimension, row);
  return made.release();
}

void peer_search(peer *peer, const float *queries, size_t count, size_t dimension, size_t k, size_t ef, int64_t *ids) {
  peer->index->setEf(ef);
  for (size_t query = 0; query < count; ++query) {
    auto found = peer->index->searchKnn(queries + query * dimension, k);
    for (size_t place = found.size(); place-- > 0; found.pop())
      ids[query * k + place] = static_cast<int64_t>(found.top().second);
  }
}

void peer_free(peer *peer) { delete peer; }
}
