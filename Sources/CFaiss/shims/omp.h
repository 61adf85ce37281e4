/* FAISS's HNSW header includes <omp.h>, which clang toolchains without an OpenMP package (Swift's) do not carry.
 * The declarations below are the part of the OpenMP 4.5 API that header uses, with libgomp's lock size on Linux; the
 * functions themselves come from libgomp, which FAISS needs anyway. A real <omp.h> further down the path wins. */
#if defined(__has_include_next)
#if __has_include_next(<omp.h>)
#include_next <omp.h>
#define CFAISS_REAL_OMP_H 1
#endif
#endif

#ifndef CFAISS_REAL_OMP_H
#ifndef CFAISS_SHIM_OMP_H
#define CFAISS_SHIM_OMP_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  unsigned char opaque[4] __attribute__((aligned(4)));
} omp_lock_t;

extern void omp_init_lock(omp_lock_t *);
extern void omp_destroy_lock(omp_lock_t *);
extern void omp_set_lock(omp_lock_t *);
extern void omp_unset_lock(omp_lock_t *);
extern void omp_set_num_threads(int);
extern int omp_get_max_threads(void);
extern int omp_get_thread_num(void);
extern int omp_get_num_threads(void);

#ifdef __cplusplus
}
#endif
#endif
#endif
