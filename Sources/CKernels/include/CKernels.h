// Numeric kernels of the encoder: plain C over vector extensions, one body compiled for each instruction set.
//
// All matrices are row-major float32. No function allocates, blocks or keeps state; pointers must not alias unless a
// comment says so. Callers pass an instruction set that ck_isa_supported() accepts: nothing is checked twice.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Instruction sets with kernels of their own. `portable` runs everywhere (SSE2 or NEON through the compiler).
typedef enum ck_isa { ck_isa_portable = 0, ck_isa_avx2 = 1, ck_isa_avx512 = 2 } ck_isa;

/// Whether this processor and operating system can run the kernels of `isa`.
bool ck_isa_supported(ck_isa isa);
/// Tells the processor that the caller waits in a loop.
static inline void ck_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("isb" ::: "memory");
#endif
}

/// The widest supported instruction set.
ck_isa ck_isa_best(void);
/// A short stable name: "portable", "avx2", "avx512".
const char *ck_isa_name(ck_isa isa);

/// What a linear layer does to each output value after adding the bias.
typedef enum ck_epilogue {
  ck_epilogue_none = 0,
  /// y = gelu(y), the exact form over erf.
  ck_epilogue_gelu = 1,
  /// y = y + residual
  ck_epilogue_residual = 2
} ck_epilogue;

/// Number of floats that ck_pack_weights writes for a weight of shape [outputs, inputs].
size_t ck_packed_count(ck_isa isa, size_t outputs, size_t inputs);

/// Rearranges `weight` ([outputs, inputs]) into column panels for ck_linear; the last panel is padded with zeros.
void ck_pack_weights(ck_isa isa, const float *weight, size_t outputs, size_t inputs, float *packed);

/// output[rows, outputs] = epilogue(input[rows, inputs] x weight^T + bias). `residual` has the shape of `output` and is
/// read only for ck_epilogue_residual; it may be `output` itself.
void ck_linear(
    ck_isa isa, const float *input, size_t rows, size_t inputs, const float *packed, const float *bias,
    size_t outputs, ck_epilogue epilogue, const float *residual, float *output);

/// Rows that the linear layers take at a time, and that one scratch memory of ck_int8_scratch_bytes() holds.
enum { ck_block_rows = 96 };

/// Number of column panels of a layer with so many outputs.
size_t ck_panels(ck_isa isa, size_t outputs);

/// The panels `from`..<`to` of what ck_linear computes: several threads may share one output, and get the same bits.
void ck_linear_panels(
    ck_isa isa, const float *input, size_t rows, size_t inputs, const float *packed, const float *bias,
    size_t outputs, ck_epilogue epilogue, const float *residual, size_t from, size_t to, float *output);

/// Adds `bias` to each row of values[rows, width], then applies the epilogue: what ck_linear does after its product,
/// for products made elsewhere.
void ck_apply_epilogue(
    ck_isa isa, float *values, size_t rows, size_t width, const float *bias, ck_epilogue epilogue,
    const float *residual);

/// Instruction sets with an int8 product of their own. All give the same integers, bit for bit.
typedef enum ck_int8 {
  ck_int8_portable = 0,
  ck_int8_avx2 = 1,
  ck_int8_avx512vnni = 2,
  ck_int8_neon = 3
} ck_int8;

/// Inputs up to which the sums of an int8 product fit into 32 bits: 65,536 * 255 * 127 < 2^31.
enum { ck_int8_max_inputs = 65536 };

/// Whether this processor can run the int8 product of `level`.
bool ck_int8_supported(ck_int8 level);
/// The fastest supported one.
ck_int8 ck_int8_best(void);
/// A short stable name: "portable", "avx2", "avx512vnni", "neon".
const char *ck_int8_name(ck_int8 level);

/// Bytes that ck_int8_pack writes for a weight of shape [outputs, inputs].
size_t ck_int8_packed_bytes(ck_int8 level, size_t outputs, size_t inputs);

/// Quantises `weight` ([outputs, inputs]) symmetrically to -127...127 with a scale for each output, and rearranges it
/// with scales and `bias` for ck_int8_linear. An output with a weight that is no finite number gives NaN later.
void ck_int8_pack(
    ck_int8 level, const float *weight, const float *bias, size_t outputs, size_t inputs, void *packed);

/// The codes 0...255 of one row: values[i] is about (codes[i] - zero) * scale; zero itself is exact. This is what
/// ck_int8_linear does to each row of its input. `scratch` is ck_int8_scratch_bytes() for `width`.
void ck_int8_quantize(
    ck_int8 level, const float *values, size_t width, void *scratch, uint8_t *codes, float *scale, int32_t *zero);

/// Bytes of scratch memory for ck_int8_linear.
size_t ck_int8_scratch_bytes(ck_int8 level, size_t inputs);

/// As ck_linear, with each row of `input` quantised to 8 bits on the way: product and sums are integers, then scaled,
/// and bias and epilogue are applied in float32.
void ck_int8_linear(
    ck_int8 level, const float *input, size_t rows, size_t inputs, const void *packed, size_t outputs,
    ck_epilogue epilogue, const float *residual, void *scratch, float *output);

/// Number of column panels of a layer with so many outputs.
size_t ck_int8_panels(ck_int8 level, size_t outputs);

/// ck_int8_linear in two steps that several threads may share, for at most ck_block_rows rows: first all rows are
/// quantised into `scratch`, the rows `from`..<`to` by this call; then the panels `from`..<`to` are computed.
void ck_int8_quantize_rows(
    ck_int8 level, const float *input, size_t inputs, size_t from, size_t to, void *scratch);
void ck_int8_linear_panels(
    ck_int8 level, size_t rows, size_t inputs, const void *packed, size_t outputs, ck_epilogue epilogue,
    const float *residual, const void *scratch, size_t from, size_t to, float *output);

/// Normalises each row of values[rows, width] in place: (x - mean) / sqrt(variance + epsilon) * gain + bias.
void ck_layer_norm(
    ck_isa isa, float *values, size_t rows, size_t width, const float *gain, const float *bias, float epsilon);

/// output[i] = words[ids[i]] + positions[places[i]] + kind, rows of `width` floats. Indices are the caller's to check.
void ck_embed(
    ck_isa isa, const float *words, const float *positions, const float *kind, const int32_t *ids,
    const int32_t *places, size_t rows, size_t width, float *output);

/// Floats of scratch memory that ck_attention needs for sequences of up to `length` rows.
size_t ck_attention_scratch(ck_isa isa, size_t length, size_t head_width);

/// Self-attention of one sequence. `qkv` is [length, 3 * heads * head_width] (queries, keys, values side by side),
/// `output` is [length, heads * head_width]. Every row attends to every row: sequences are never padded.
void ck_attention(
    ck_isa isa, const float *qkv, size_t length, size_t heads, size_t head_width, float scale, float *scratch,
    float *output);

/// The heads `from`..<`to` of what ck_attention computes; threads that share one output need scratch memory each.
void ck_attention_heads(
    ck_isa isa, const float *qkv, size_t length, size_t heads, size_t head_width, float scale, size_t from, size_t to,
    float *scratch, float *output);

/// output[width] = mean of the rows of values[rows, width]; rows >= 1.
void ck_mean_rows(ck_isa isa, const float *values, size_t rows, size_t width, float *output);

/// Divides values[width] by their Euclidean norm and returns that norm; zero or non-finite norms change nothing.
float ck_normalize(float *values, size_t width);

/// Widens IEEE half precision or bfloat16 values to float32.
void ck_widen_f16(const uint16_t *source, size_t count, float *output);
void ck_widen_bf16(const uint16_t *source, size_t count, float *output);

/// output[width] = the maximum of 0 and each column of values[rows, width].
void ck_max_rows(const float *values, size_t rows, size_t width, float *output);

/// Writes log(1 + logit) of every positive logit that comes to `minimum` or more, with its place counted from `first`.
/// Returns how many there are; `terms` and `weights` have room for `width`.
size_t ck_take_terms(
    const float *logits, size_t width, int32_t first, float minimum, int32_t *terms, float *weights);

/// What impacts are, and with them the sums.
typedef enum ck_impact_type {
  /// Steps in a byte; sums are integers.
  CK_IMPACT_STEPS,
  /// 32-bit floats above 0; sums are floats too, and their bits stand where integers would.
  CK_IMPACT_FLOATS,
} ck_impact_type;

/// The postings of one term of a question: ascending rows with their impacts, and the term's weight in the question.
typedef struct ck_impact_list {
  const uint32_t *rows;
  /// uint8_t or float, as the search's type says.
  const void *impacts;
  size_t count;
  /// Where the search has got to; 0 at first.
  size_t next;
  uint32_t weight;
} ck_impact_list;

/// A row with its score: an integer, or the bits of a float.
typedef struct ck_scored {
  uint32_t row;
  uint32_t score;
} ck_scored;

/// The best `k` of `rows` rows by the sum of weight x impact, best first, of equal scores the smaller row first; rows
/// without a common term are no hits. Returns how many there are. Integer sums must fit into 32 bits and float sums be
/// finite; rows below `rows` is the caller's promise. `sums` has room for `block` values: the rows are taken block by
/// block, so that sums stay in cache. Float sums add up in the order of the lists.
///
/// With a `selection`, one bit a row in `words` words, other rows are no hits, nor are those beyond its end; null selects all.
size_t ck_search_impacts(
    ck_impact_list *lists, size_t count, ck_impact_type type, uint32_t rows, uint32_t block, uint32_t *sums,
    const uint64_t *selection, size_t words, size_t k, ck_scored *hits);

/// Whether rows ascend strictly and lie below `bound`.
bool ck_rows_ascend(const uint32_t *rows, size_t count, uint32_t bound);

/// Whether every value lies above 0 and is at most `bound`.
bool ck_floats_within(const float *values, size_t count, float bound);

/// What BERT's uncased text normaliser makes of one Unicode scalar above ASCII: removed (returns 0), or 1...4 scalars
/// in `output` after canonical decomposition, removal of non-spacing marks and lower-casing. Hangul is decomposed too.
int ck_bert_normalize(uint32_t scalar, uint32_t output[4]);
/// Whether the reference tokenizer splits at this scalar as punctuation.
bool ck_bert_is_punctuation(uint32_t scalar);

#ifdef __cplusplus
}
#endif

#include "ck_tokens.h"
