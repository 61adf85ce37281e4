// Kernels over token vectors: late interaction scores, token retrieval, compact rows.
//
// Rows have `dim` components, a multiple of 32 up to ck_token_max_dim. Callers check numbers and lengths; nothing is
// checked twice.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { ck_token_max_dim = 512, ck_token_levels = 16 };

/// [outputs, inputs] half-precision numbers: from token states of all-MiniLM-L6-v2 to shorter vectors.
enum { ck_token_projection_inputs = 384, ck_token_projection_outputs = 128 };
const uint16_t *ck_token_projection_rows(void);

/// How token rows are stored.
typedef enum ck_token_form {
  /// dim floats
  ck_token_f32 = 0,
  /// dim IEEE half-precision numbers
  ck_token_f16 = 1,
  /// Four bits a component: row = centroid + level of each code. Low halves of the dim/2 bytes are the first dim/2
  /// components, high halves the others.
  ck_token_residual4 = 2
} ck_token_form;

/// Rows of one form, one after the other. `codes` (each row's centroid), `centroids` and `levels` (ck_token_levels
/// floats) are read for ck_token_residual4 only.
typedef struct ck_token_rows {
  ck_token_form form;
  size_t dim;
  const void *rows;
  const uint16_t *codes;
  const float *centroids;
  const float *levels;
} ck_token_rows;

/// Floats that ck_query_pack writes.
size_t ck_query_packed_count(ck_isa isa, size_t tokens, size_t dim);

/// Rearranges query[tokens, dim] for the products below.
void ck_query_pack(ck_isa isa, const float *query, size_t tokens, size_t dim, float *packed);

/// best[token] = the largest product of that query token with the rows first ..< first + count; count >= 1. The document's
/// score is the sum of `best` (O. Khattab, M. Zaharia: ColBERT, SIGIR 2020).
void ck_maxsim(
    ck_isa isa, const float *packed, size_t tokens, const ck_token_rows *store, size_t first, size_t count,
    float *best);

/// scores[i] = the sum of maxima of document documents[i], whose rows are starts[documents[i]] ..< starts[documents[i] + 1];
/// -infinity for one without rows. `best` is scratch memory of `tokens` floats.
void ck_maxsim_documents(
    ck_isa isa, const float *packed, size_t tokens, const ck_token_rows *store, const uint32_t *starts,
    const uint32_t *documents, size_t count, float *best, float *scores);

/// products[row * tokens + token] for the same rows as ck_maxsim.
void ck_token_products(
    ck_isa isa, const float *packed, size_t tokens, const ck_token_rows *store, size_t first, size_t count,
    float *products);

/// scores[i] = query[dim] x row list[i]. For ck_token_residual4 all rows of the list belong to one centroid, whose product
/// with the query is `base`: only the residual is multiplied. Other forms ignore `base`.
void ck_token_scores(
    ck_isa isa, const float *query, float base, const ck_token_rows *store, const uint32_t *list, size_t count,
    float *scores);

/// best[document] = the most by which a score of that document exceeds `missing`. `best` has one float a document and
/// begins with zeros; call it for each list of one query token, then ck_token_settle for the same lists.
void ck_token_gather(
    const uint32_t *documents, const float *scores, size_t count, float missing, float *best);
/// Adds `best` of these documents to `gains` and leaves zeros behind.
void ck_token_settle(const uint32_t *documents, size_t count, float *best, float *gains);

/// places[row] = the column of the largest of values[rows, width]; the first of equal ones. width >= 1.
void ck_largest_columns(ck_isa isa, const float *values, size_t rows, size_t width, uint32_t *places);

/// Whether all of these are below `bound`.
bool ck_all_below(const uint32_t *values, size_t count, uint32_t bound);
bool ck_all_below_16(const uint16_t *values, size_t count, uint32_t bound);
/// Whether no value is smaller than the one before it.
bool ck_is_ascending(const uint32_t *values, size_t count);
/// Whether all of these half-precision numbers are finite.
bool ck_all_finite_f16(const uint16_t *values, size_t count);
/// Whether all of these lie in -bound ... bound: NaN and the infinities do not. bound is finite and not negative.
bool ck_all_within(const float *values, size_t count, float bound);

/// Rounds to IEEE half precision, to nearest, ties to even.
void ck_narrow_f16(const float *source, size_t count, uint16_t *output);

/// codes = four bits a component of row - centroid: how many of the 15 ascending `bounds` lie at or below it.
void ck_residual_encode(const float *row, const float *centroid, const float *bounds, size_t dim, uint8_t *codes);

#ifdef __cplusplus
}
#endif
