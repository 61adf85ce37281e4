#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace cfaiss {

// XXH64, streaming, seed 0. Algorithm: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
// It guards against damage, not against forgery: the structure checks of the reader do not rely on it.
class Checksum {
public:
  void update(const void *bytes, size_t count);
  uint64_t value() const;

private:
  static constexpr uint64_t p1 = 0x9E3779B185EBCA87ULL, p2 = 0xC2B2AE3D27D4EB4FULL, p3 = 0x165667B19E3779F9ULL,
                            p4 = 0x85EBCA77C2B2AE63ULL, p5 = 0x27D4EB2F165667C5ULL;
  static uint64_t rotate(uint64_t x, int r) { return (x << r) | (x >> (64 - r)); }
  static uint64_t round(uint64_t accumulator, uint64_t lane) { return rotate(accumulator + lane * p2, 31) * p1; }
  static uint64_t load64(const uint8_t *p) {
    uint64_t x;
    std::memcpy(&x, p, 8);
    return x;
  }
  static uint32_t load32(const uint8_t *p) {
    uint32_t x;
    std::memcpy(&x, p, 4);
    return x;
  }
  void stripe(const uint8_t *p) {
    for (int i = 0; i < 4; ++i) lanes[i] = round(lanes[i], load64(p + 8 * i));
  }

  uint64_t lanes[4] = {p1 + p2, p2, 0, 0 - p1};
  uint8_t pending[32];
  size_t held = 0;
  uint64_t total = 0;
};

inline void Checksum::update(const void *bytes, size_t count) {
  auto p = static_cast<const uint8_t *>(bytes);
  total += count;
  if (held > 0) {
    size_t take = count < 32 - held ? count : 32 - held;
    std::memcpy(pending + held, p, take);
    held += take, p += take, count -= take;
    if (held < 32) return;
    stripe(pending);
    held = 0;
  }
  for (; count >= 32; p += 32, count -= 32) stripe(p);
  if (count > 0) std::memcpy(pending, p, count);
  held = count;
}

inline uint64_t Checksum::value() const {
  uint64_t hash;
  if (total >= 32) {
    hash = rotate(lanes[0], 1) + rotate(lanes[1], 7) + rotate(lanes[2], 12) + rotate(lanes[3], 18);
    for (uint64_t lane : lanes) hash = (hash ^ round(0, lane)) * p1 + p4;
  } else {
    hash = p5;
  }
  hash += total;
  const uint8_t *p = pending;
  size_t left = held;
  for (; left >= 8; p += 8, left -= 8) hash = rotate(hash ^ round(0, load64(p)), 27) * p1 + p4;
  if (left >= 4) {
    hash = rotate(hash ^ (load32(p) * p1), 23) * p2 + p3;
    p += 4, left -= 4;
  }
  for (; left > 0; ++p, --left) hash = rotate(hash ^ (*p * p5), 11) * p1;
  hash = (hash ^ (hash >> 33)) * p2;
  hash = (hash ^ (hash >> 29)) * p3;
  return hash ^ (hash >> 32);
}

} // namespace cfaiss
