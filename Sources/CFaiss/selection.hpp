#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cfaiss {

// Which rows of an index a search may return: bit `row % 64` of word `row / 64`. Rows beyond the last word are not
// selected, bits beyond the last row do not count.
class Selection {
public:
  // `words` null: every row.
  Selection(const uint64_t *words, int64_t wordCount, int64_t rowCount)
      : words(words), wordCount(wordCount), rows(rowCount), selected(rowCount) {
    if (!words) return;
    selected = 0;
    for (int64_t word = 0; word * 64 < rowCount && word < wordCount; ++word)
      selected += __builtin_popcountll(bits(word, rowCount));
    if (selected == rowCount) this->words = nullptr;
  }

  bool all() const { return !words; }
  int64_t count() const { return selected; }
  // The part of the rows that is selected, 0...1.
  double share() const { return rows > 0 ? static_cast<double>(selected) / static_cast<double>(rows) : 0; }
  bool contains(int32_t row) const {
    return !words || (row / 64 < wordCount && (words[row / 64] >> (row % 64) & 1) != 0);
  }
  // The selected rows of first ..< last, ascending.
  void list(int64_t first, int64_t last, std::vector<int32_t> &out) const {
    out.clear();
    for (int64_t word = first / 64; word * 64 < last && word < wordCount; ++word) {
      uint64_t left = bits(word, last);
      if (word * 64 < first) left &= ~uint64_t{0} << (first - word * 64);
      for (; left != 0; left &= left - 1) out.push_back(static_cast<int32_t>(word * 64 + __builtin_ctzll(left)));
    }
  }

private:
  // A word without the rows from `end` on.
  uint64_t bits(int64_t word, int64_t end) const {
    const int64_t left = end - word * 64;
    return left >= 64 ? words[word] : words[word] & ((uint64_t{1} << left) - 1);
  }

  const uint64_t *words;
  int64_t wordCount, rows, selected;
};

} // namespace cfaiss
