#include "kernels.hpp"

#include <cstring>

namespace cfaiss {

static bool runs(const Kernels &set) {
#if defined(__x86_64__)
  if (&set == &avx512Kernels) return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma");
  if (&set == &avx2Kernels) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return true;
}

// Best first.
static const Kernels *const sets[] = {
#if defined(__x86_64__)
    &avx512Kernels,
    &avx2Kernels,
#elif defined(__aarch64__)
    &neonKernels,
#endif
    &portableKernels,
};

const Kernels &kernels() {
  static const Kernels &chosen = [&]() -> const Kernels & {
    for (const Kernels *set : sets)
      if (runs(*set)) return *set;
    return portableKernels;
  }();
  return chosen;
}

const Kernels *kernelsNamed(const char *name) {
  for (const Kernels *set : sets)
    if (std::strcmp(set->name, name) == 0 && runs(*set)) return set;
  return nullptr;
}

} // namespace cfaiss
