#pragma once
#include "include/cfaiss.h"

#include <cstdarg>
#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>

#include <faiss/impl/FaissException.h>

namespace cfaiss {

// What our own code throws inside the shim; `guarded` turns it into a code at the C boundary.
struct Failure {
  cfaiss_failure value;
};

[[noreturn]] inline void fail(int32_t code, int64_t expected, int64_t actual, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

[[noreturn]] inline void fail(int32_t code, int64_t expected, int64_t actual, const char *format, ...) {
  Failure failure{};
  failure.value.code = code;
  failure.value.expected = expected;
  failure.value.actual = actual;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(failure.value.message, sizeof failure.value.message, format, arguments);
  va_end(arguments);
  throw failure;
}

inline int32_t report(cfaiss_failure *out, int32_t code, const char *message) {
  if (out) {
    *out = cfaiss_failure{};
    out->code = code;
    std::snprintf(out->message, sizeof out->message, "%s", message);
  }
  return code;
}

// Runs `body` and returns CFAISS_OK, or the code of whatever it threw.
template <typename Body> int32_t guarded(cfaiss_failure *out, Body &&body) noexcept {
  try {
    body();
    return CFAISS_OK;
  } catch (const Failure &failure) {
    if (out) *out = failure.value;
    return failure.value.code;
  } catch (const faiss::FaissException &error) {
    return report(out, CFAISS_LIBRARY, error.what());
  } catch (const std::bad_alloc &) {
    return report(out, CFAISS_MEMORY, "not enough memory");
  } catch (const std::length_error &) {
    return report(out, CFAISS_MEMORY, "not enough memory: a size is beyond what can be allocated");
  } catch (const std::exception &error) {
    return report(out, CFAISS_LIBRARY, error.what());
  } catch (...) {
    return report(out, CFAISS_LIBRARY, "an unknown C++ exception");
  }
}

} // namespace cfaiss
