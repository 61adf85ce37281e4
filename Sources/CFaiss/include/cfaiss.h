/* C face of the FAISS indexes the engine uses: inner product; flat or HNSW over 32-bit floats, or inverted lists over 8-bit
 * codes of components or of parts; ids = insertion order.
 *
 * No C++ exception leaves these functions: each returns CFAISS_OK or the code it also wrote into `failure`.
 * An index may be searched from many threads at once once nothing is added any more. */
#ifndef CFAISS_H
#define CFAISS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cfaiss_index cfaiss_index;

enum {
  CFAISS_OK = 0,
  CFAISS_ARGUMENT = 1,   /* an argument is out of its range: expected/actual say which bound */
  CFAISS_DIMENSION = 2,  /* the file's dimension is not the expected one */
  CFAISS_NOT_FINITE = 3, /* a value is NaN or infinite; actual = its position */
  CFAISS_MISSING = 4,    /* no such file */
  CFAISS_IO = 5,         /* the operating system refused; actual = errno */
  CFAISS_TRUNCATED = 6,  /* an index file that ends too early */
  CFAISS_FOREIGN = 7,    /* not an index file of ours */
  CFAISS_VERSION = 8,    /* written by a newer format version */
  CFAISS_CORRUPT = 9,    /* checksum or structure is wrong */
  CFAISS_MEMORY = 10,    /* allocation failed */
  CFAISS_LIBRARY = 11    /* FAISS itself threw */
};

enum { CFAISS_FLAT = 1, CFAISS_HNSW = 2, CFAISS_IVF_SQ8 = 3, CFAISS_IVF_PQ = 4 };

typedef struct {
  int32_t code;
  int64_t expected; /* 0 when it does not apply */
  int64_t actual;
  char message[400];
} cfaiss_failure;

typedef struct {
  int32_t kind; /* CFAISS_FLAT, CFAISS_HNSW, CFAISS_IVF_SQ8 or CFAISS_IVF_PQ */
  int32_t dimension;
  int64_t count;
  int32_t links;           /* M; 0 without a graph */
  int32_t ef_construction; /* 0 without a graph */
  int32_t lists;           /* 0 without lists */
  int32_t mapped;          /* 1 when the codes are read from the file */
  int32_t coded;           /* 1 for a flat index that keeps 8-bit codes beside its vectors */
  int64_t bytes;           /* vectors or codes, graph and tables in memory; mapped pages do not count */
  uint64_t checksum;       /* XXH64 of FAISS's part of the file it was opened from; 0 for one that was built */
} cfaiss_description;

int32_t cfaiss_create_flat(int32_t dimension, cfaiss_index **index, cfaiss_failure *failure);

/* links = M (2...512), the neighbours kept on upper levels, twice that at the bottom. */
int32_t cfaiss_create_hnsw(int32_t dimension, int32_t links, int32_t ef_construction, cfaiss_index **index,
                           cfaiss_failure *failure);

void cfaiss_free(cfaiss_index *index);

cfaiss_description cfaiss_describe(const cfaiss_index *index);

/* Appends `count` rows of `dimension` floats. Nothing is added when any value is not finite. */
int32_t cfaiss_add(cfaiss_index *index, int64_t count, const float *rows, int32_t threads, cfaiss_failure *failure);

/* Turns a flat index into an HNSW index over the same vectors, which are moved and not copied. On failure the index
 * stays flat. */
int32_t cfaiss_link(cfaiss_index *index, int32_t links, int32_t ef_construction, int32_t threads,
                    cfaiss_failure *failure);

/* How many inverted lists an index of so many rows gets: about the square root, at least one. */
int32_t cfaiss_usual_lists(int64_t rows);

/* How many parts a product code of so many components has, a byte each: of four components where that divides them. */
int32_t cfaiss_usual_parts(int32_t dimension);

/* Turns a flat index into cfaiss_usual_lists inverted lists over codes of the vectors, which are given up: a byte a component
 * (CFAISS_IVF_SQ8), or a byte each of cfaiss_usual_parts parts (CFAISS_IVF_PQ). On failure the index stays flat. */
int32_t cfaiss_code(cfaiss_index *index, int32_t kind, int32_t threads, cfaiss_failure *failure);

/* Makes 8-bit codes of a flat index's vectors, in memory, a quarter of their size. A search of one query over all rows by one
 * thread then scans these and compares exactly only rows that can be in the answer, which is the same bit by bit. Other kinds
 * stay as they are. Adding rows drops the codes. */
int32_t cfaiss_keep_codes(cfaiss_index *index, cfaiss_failure *failure);

/* Gives back the room that growing left over. Call it once, after the last cfaiss_add. */
int32_t cfaiss_finish(cfaiss_index *index, cfaiss_failure *failure);

/* The `k` best rows for each of `queries` queries, best first; missing places have id -1. ef_search is HNSW's beam,
 * probes the number of lists that are read. Codes are compared by what they stand for.
 * `selection`: bit row % 64 of word row / 64 lets a row through, rows beyond `selection_words` words are left out; NULL
 * lets all through. A graph is left for a scan of the selected rows where those are few, so k of them are always found
 * when there are k; lists are read on until k are found. */
int32_t cfaiss_search(const cfaiss_index *index, int64_t queries, const float *vectors, int64_t k, int32_t ef_search,
                      int32_t probes, int32_t threads, const uint64_t *selection, int64_t selection_words,
                      float *scores, int64_t *ids, cfaiss_failure *failure);

/* The same by FAISS's own code instead of ours, on the same index: the oracle of tests and benchmarks. 1 <= k <= count. */
int32_t cfaiss_search_reference(const cfaiss_index *index, int64_t queries, const float *vectors, int64_t k,
                                int32_t ef_search, int32_t probes, int32_t threads, float *scores, int64_t *ids,
                                cfaiss_failure *failure);

/* Copies rows first ..< first + count into `out`; of codes, what they stand for. */
int32_t cfaiss_reconstruct(const cfaiss_index *index, int64_t first, int64_t count, float *out,
                           cfaiss_failure *failure);

/* Writes FAISS's own format followed by a 64-byte trailer of ours, to a temporary name that is renamed at the end.
 * `checksum` gets what cfaiss_describe gives once the file is opened. */
int32_t cfaiss_save(const cfaiss_index *index, const char *path, uint64_t *checksum, cfaiss_failure *failure);

/* Reads what cfaiss_save wrote. Every size, link and checksum is checked before FAISS sees a byte.
 * expected_dimension = 0 accepts any. With mapped = 1 the codes of inverted lists stay in the file and are read when they are
 * searched; other kinds are read into memory all the same, because their format has no place for rows at aligned addresses. */
int32_t cfaiss_open(const char *path, int32_t expected_dimension, int32_t mapped, cfaiss_index **index,
                    cfaiss_failure *failure);

/* The name of the kernels in use: avx512, avx2, neon or portable. */
const char *cfaiss_kernel(void);

/* out[q * rows + i] = <query q, row i>, by the named kernels, for tests: 0 by the plain product, 1 by four scattered
 * rows, 2 by the scan, 3 by the scan of four queries, 4 by that of bytes, for which the rows hold whole numbers of 0...255.
 * Returns 0 when this processor cannot run them or `way` does not
 * take these counts (1 needs rows in fours, 3 queries in fours). */
int32_t cfaiss_kernel_products(const char *name, int32_t way, const float *queries, int64_t query_count,
                               const float *rows, int64_t row_count, int64_t dimension, float *out);

/* out[i] = the sum of query[j] * codes[i * dimension + j] by the named kernels, for tests. Returns 0 when this processor cannot
 * run them. */
int32_t cfaiss_kernel_codes(const char *name, const int16_t *query, const int8_t *codes, int64_t row_count,
                            int64_t dimension, int32_t *out);

/* The `k` best rows of a flat index by the named kernels, for tests: `coded` by way of codes, which cfaiss_keep_codes has made
 * (k at most the number of rows). `compared` gets the rows that were compared exactly, or -1 when codes leave it to a plain
 * scan, and nothing is written then. Returns 0 when this processor cannot run these kernels. */
int32_t cfaiss_kernel_search(const char *name, const cfaiss_index *index, int32_t coded, const float *query, int64_t k,
                             float *scores, int64_t *ids, int64_t *compared);

/* XXH64 (the published algorithm) of `count` bytes: exposed so that tests can hold it against known values. */
uint64_t cfaiss_checksum(const void *bytes, int64_t count);

#ifdef __cplusplus
}
#endif
#endif
