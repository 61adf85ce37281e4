// What one core of this machine can multiply at most: loops that touch registers only. Prints one JSON object.
//
// Each loop keeps 12 independent sums, enough to hide the latency of its instruction; a multiplication and an addition are
// two operations. The best of several tries counts, because whatever else the machine does only makes a try longer.
#include <immintrin.h>
#include <stdio.h>
#include <time.h>

enum { sums = 12, rounds = 2000000, tries = 15 };

static double now(void) {
  struct timespec t;
  // Time of this thread alone: a core that is shared with others is not a slower core.
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

#if defined(__AVX512F__)
#define FLOATS 16
typedef __m512 floats;
#define ZERO_F _mm512_setzero_ps()
#define FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#elif defined(__FMA__)
#define FLOATS 8
typedef __m256 floats;
#define ZERO_F _mm256_setzero_ps()
#define FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#else
#define FLOATS 4
typedef __m128 floats;
#define ZERO_F _mm_setzero_ps()
#define FMA(a, b, c) _mm_add_ps(c, _mm_mul_ps(a, b))
#endif

#if defined(__AVX512VNNI__)
#define PRODUCTS 64
typedef __m512i codes;
#define ZERO_I _mm512_setzero_si512()
#define DOT(a, b, c) _mm512_dpbusd_epi32(c, a, b)
#elif defined(__AVX2__)
// 8-bit values widened to 16 beforehand, as our AVX2 kernel does: 16 products an instruction, and an addition.
#define PRODUCTS 16
typedef __m256i codes;
#define ZERO_I _mm256_setzero_si256()
#define DOT(a, b, c) _mm256_add_epi32(c, _mm256_madd_epi16(a, b))
#else
#define PRODUCTS 8
typedef __m128i codes;
#define ZERO_I _mm_setzero_si128()
#define DOT(a, b, c) _mm_add_epi32(c, _mm_madd_epi16(a, b))
#endif

// The empty statement has the compiler believe that a value changes each round, so that nothing is left out.
#define LOOP(type, zero, step)                                          \
  do {                                                                  \
    type a = zero, b = zero, c[sums];                                   \
    for (int i = 0; i < sums; i++) c[i] = zero;                         \
    double best = 1e9;                                                  \
    for (int t = 0; t < tries; t++) {                                   \
      double start = now();                                             \
      for (int r = 0; r < rounds; r++) {                                \
        __asm__ volatile("" : "+v"(a), "+v"(b));                        \
        _Pragma("clang loop unroll(full)") for (int i = 0; i < sums; i++) c[i] = step(a, b, c[i]); \
      }                                                                 \
      double taken = now() - start;                                     \
      if (taken < best) best = taken;                                   \
      for (int i = 0; i < sums; i++) __asm__ volatile("" : "+v"(c[i])); \
    }                                                                   \
    seconds = best;                                                     \
  } while (0)

int main(void) {
  double seconds;
  LOOP(floats, ZERO_F, FMA);
  double single = 2.0 * FLOATS * sums * rounds / seconds * 1e-9;
  LOOP(codes, ZERO_I, DOT);
  double bytes = 2.0 * PRODUCTS * sums * rounds / seconds * 1e-9;
  printf("{\"f32\": %.1f, \"int8\": %.1f}\n", single, bytes);
  return 0;
}
