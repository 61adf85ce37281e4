// Sparse vectors: taking them from a language model's logits, and searching an inverted index of impacts. Plain C that
// compilers turn into vector code for the base instruction set: these loops wait for memory, not for arithmetic.
#include "CKernels.h"

#include <math.h>
#include <string.h>

void ck_max_rows(const float *values, size_t rows, size_t width, float *output) {
  for (size_t c = 0; c < width; ++c) output[c] = 0;
  for (size_t r = 0; r < rows; ++r) {
    const float *row = values + r * width;
    for (size_t c = 0; c < width; ++c) output[c] = row[c] > output[c] ? row[c] : output[c];
  }
}

size_t ck_take_terms(
    const float *logits, size_t width, int32_t first, float minimum, int32_t *terms, float *weights) {
  size_t count = 0;
  for (size_t c = 0; c < width; ++c) {
    if (!(logits[c] > 0)) continue;
    float weight = log1pf(logits[c]);
    if (!(weight >= minimum)) continue;
    terms[count] = first + (int32_t)c;
    weights[count++] = weight;
  }
  return count;
}

// The worst hit is at the root: the smaller score, of equal ones the larger row.
static bool worse(ck_scored a, ck_scored b) { return a.score != b.score ? a.score < b.score : a.row > b.row; }

static void sift_down(ck_scored *heap, size_t count, size_t at) {
  ck_scored moving = heap[at];
  for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
    if (child + 1 < count && worse(heap[child + 1], heap[child])) ++child;
    if (!worse(heap[child], moving)) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = moving;
}

static void sift_up(ck_scored *heap, size_t at) {
  ck_scored moving = heap[at];
  while (at > 0 && worse(moving, heap[(at - 1) / 2])) {
    heap[at] = heap[(at - 1) / 2];
    at = (at - 1) / 2;
  }
  heap[at] = moving;
}

static bool selected(const uint64_t *words, size_t count, uint32_t row) {
  return row >> 6 < count && words[row >> 6] >> (row & 63) & 1;
}

static size_t collect(
    const uint32_t *sums, size_t count, uint32_t first, const uint64_t *selection, size_t words, size_t k,
    ck_scored *heap, size_t found) {
  enum { strip = 32 };
  for (size_t start = 0; start < count; start += strip) {
    size_t end = start + strip < count ? start + strip : count;
    uint32_t floor = found == k ? heap[0].score : 0;
    uint32_t any = 0;
    for (size_t i = start; i < end; ++i) any |= sums[i] > floor;
    if (!any) continue;
    for (size_t i = start; i < end; ++i) {
      // Rows ascend, so an equal score never displaces a row that was found before.
      if (sums[i] <= (found == k ? heap[0].score : 0)) continue;
      if (selection && !selected(selection, words, first + (uint32_t)i)) continue;
      ck_scored hit = {first + (uint32_t)i, sums[i]};
      if (found < k) {
        heap[found] = hit;
        sift_up(heap, found++);
      } else {
        heap[0] = hit;
        sift_down(heap, found, 0);
      }
    }
  }
  return found;
}

static void add_steps(const ck_impact_list *list, size_t stop, uint32_t first, uint32_t *sums) {
  const uint8_t *impacts = list->impacts;
  for (size_t i = list->next; i < stop; ++i) sums[list->rows[i] - first] += list->weight * impacts[i];
}

// The sums' bits are floats here. None is negative, so as integers they are in the same order, and all else is shared.
static void add_floats(const ck_impact_list *list, size_t stop, uint32_t first, uint32_t *sums) {
  const float *impacts = list->impacts;
  float weight = (float)list->weight;
  for (size_t i = list->next; i < stop; ++i) {
    uint32_t *bits = sums + (list->rows[i] - first);
    float sum;
    memcpy(&sum, bits, sizeof sum);
    sum += weight * impacts[i];
    memcpy(bits, &sum, sizeof sum);
  }
}

size_t ck_search_impacts(
    ck_impact_list *lists, size_t count, ck_impact_type type, uint32_t rows, uint32_t block, uint32_t *sums,
    const uint64_t *selection, size_t words, size_t k, ck_scored *hits) {
  size_t found = 0;
  if (k == 0) return 0;
  for (uint64_t first = 0; first < rows; first += block) {
    uint32_t width = rows - first < block ? (uint32_t)(rows - first) : block;
    uint64_t end = first + width;
    memset(sums, 0, width * sizeof *sums);
    bool touched = false;
    for (size_t l = 0; l < count; ++l) {
      ck_impact_list list = lists[l];
      size_t stop = list.next;
      if (end >= rows) {
        stop = list.count;
      } else {
        size_t high = list.count;
        while (stop < high) {
          size_t middle = stop + (high - stop) / 2;
          if (list.rows[middle] < end) stop = middle + 1; else high = middle;
        }
      }
      touched |= stop > list.next;
      (type == CK_IMPACT_FLOATS ? add_floats : add_steps)(&list, stop, (uint32_t)first, sums);
      lists[l].next = stop;
    }
    if (touched) found = collect(sums, width, (uint32_t)first, selection, words, k, hits, found);
  }
  // Heap sort: the worst hit goes to the end of what is left.
  for (size_t left = found; left > 1; --left) {
    ck_scored root = hits[0];
    hits[0] = hits[left - 1];
    hits[left - 1] = root;
    sift_down(hits, left - 1, 0);
  }
  return found;
}

bool ck_rows_ascend(const uint32_t *rows, size_t count, uint32_t bound) {
  bool holds = count == 0 || rows[count - 1] < bound;
  for (size_t i = 1; i < count; ++i) holds &= rows[i - 1] < rows[i];
  return holds;
}

bool ck_floats_within(const float *values, size_t count, float bound) {
  bool holds = true;
  for (size_t i = 0; i < count; ++i) holds &= (values[i] > 0) & (values[i] <= bound);
  return holds;
}
