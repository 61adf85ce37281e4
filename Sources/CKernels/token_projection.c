// The token projection that comes with the engine, fitted to all-MiniLM-L6-v2 by Benchmarks/retrieval/projection.py.
#include "CKernels.h"

static const uint16_t rows[ck_token_projection_outputs * ck_token_projection_inputs] = {
#include "token_projection.inc"
};

const uint16_t *ck_token_projection_rows(void) { return rows; }
