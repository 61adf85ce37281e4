// Lookups in the table that scripts/reference-vectors unicode wrote.
#include "CKernels.h"

typedef struct {
  uint32_t first, last;
} ck_range;

typedef struct {
  uint32_t first, last, step;
  int32_t distance;
} ck_shift;

typedef struct {
  uint32_t scalar, results[4];
} ck_expansion;

#include "bert_unicode.inc"

#define CK_COUNT(table) (sizeof(table) / sizeof(table[0]))

static bool ck_contains(const ck_range *ranges, size_t count, uint32_t scalar) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (scalar > ranges[middle].last) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < count && scalar >= ranges[low].first;
}

bool ck_bert_is_punctuation(uint32_t scalar) {
  if (scalar < 0x80) {
    return (scalar >= 33 && scalar <= 47) || (scalar >= 58 && scalar <= 64) || (scalar >= 91 && scalar <= 96) ||
           (scalar >= 123 && scalar <= 126);
  }
  return ck_contains(ck_punctuation, CK_COUNT(ck_punctuation), scalar);
}

int ck_bert_normalize(uint32_t scalar, uint32_t output[4]) {
  // Hangul syllables decompose by rule (The Unicode Standard, section 3.12).
  if (scalar >= 0xac00 && scalar <= 0xd7a3) {
    uint32_t index = scalar - 0xac00, tail = index % 28;
    output[0] = 0x1100 + index / 588;
    output[1] = 0x1161 + index % 588 / 28;
    output[2] = 0x11a7 + tail;
    return tail == 0 ? 2 : 3;
  }
  if (ck_contains(ck_removed, CK_COUNT(ck_removed), scalar)) return 0;
  size_t low = 0, high = CK_COUNT(ck_mapped);
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (scalar > ck_mapped[middle].last) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low < CK_COUNT(ck_mapped)) {
    const ck_shift *run = &ck_mapped[low];
    if (scalar >= run->first && (scalar - run->first) % run->step == 0) {
      output[0] = (uint32_t)((int32_t)scalar + run->distance);
      return 1;
    }
  }
  for (size_t i = 0; i < CK_COUNT(ck_several); ++i) {
    if (ck_several[i].scalar != scalar) continue;
    int count = 0;
    while (count < 4 && ck_several[i].results[count] != 0) {
      output[count] = ck_several[i].results[count];
      ++count;
    }
    return count;
  }
  output[0] = scalar;
  return 1;
}
