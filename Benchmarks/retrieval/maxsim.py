"""MaxSim of our kernels against PyPI's maxsim-cpu, in one process, one thread, in alternation.

The kernels are compiled from Sources/CKernels into a shared library and called as the engine calls them: 100 candidates
at scattered places of a store, float16 or four-bit rows. maxsim-cpu takes float32 documents, which is what it would be
handed after reading the same store; the time to widen is not charged to it.

    python maxsim.py LIBRARY [ROUNDS]     prints one JSON row a case (see scripts/bench)
"""

import ctypes
import json
import statistics
import sys
import time

import maxsim_cpu
import numpy as np

DIM, CANDIDATES, STORE = 128, 100, 4000


class Rows(ctypes.Structure):
    _fields_ = [
        ("form", ctypes.c_int), ("dim", ctypes.c_size_t), ("rows", ctypes.c_void_p), ("codes", ctypes.c_void_p),
        ("centroids", ctypes.c_void_p), ("levels", ctypes.c_void_p),
    ]


def unit(values):
    return values / np.linalg.norm(values, axis=-1, keepdims=True)


def address(array):
    return array.ctypes.data_as(ctypes.c_void_p)


def main():
    library = ctypes.CDLL(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 41
    library.ck_query_packed_count.restype = ctypes.c_size_t
    best_isa = library.ck_isa_best()
    random = np.random.default_rng(7)
    lengths = random.integers(60, 121, STORE).astype(np.uint32)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint32)
    tokens = unit(random.standard_normal((int(starts[-1]), DIM)).astype(np.float32))
    half = tokens.astype(np.float16)
    codes = random.integers(0, 64, int(starts[-1])).astype(np.uint16)
    nibbles = random.integers(0, 256, (int(starts[-1]), DIM // 2)).astype(np.uint8)
    centroids = unit(random.standard_normal((64, DIM)).astype(np.float32))
    levels = np.linspace(-0.1, 0.1, 16).astype(np.float32)
    stores = {
        "f16": Rows(1, DIM, half.ctypes.data, 0, 0, 0),
        "residual4": Rows(2, DIM, nibbles.ctypes.data, codes.ctypes.data, centroids.ctypes.data, levels.ctypes.data),
    }
    rows = []
    for count in (8, 32):
        query = unit(random.standard_normal((count, DIM)).astype(np.float32))
        chosen = random.choice(STORE, CANDIDATES, replace=False).astype(np.uint32)
        documents = [half[starts[c]:starts[c + 1]].astype(np.float32) for c in chosen]
        theirs_scores = np.asarray(maxsim_cpu.maxsim_scores_variable(query, documents))
        packed = np.zeros(library.ck_query_packed_count(best_isa, count, DIM), np.float32)
        scratch, scores = np.zeros(count, np.float32), np.zeros(CANDIDATES, np.float32)

        def ours(store):
            library.ck_query_pack(
                best_isa, address(query), ctypes.c_size_t(count), ctypes.c_size_t(DIM), address(packed))
            library.ck_maxsim_documents(
                best_isa, address(packed), ctypes.c_size_t(count), ctypes.byref(store), address(starts),
                address(chosen), ctypes.c_size_t(CANDIDATES), address(scratch), address(scores))

        def timed(call):
            begin = time.perf_counter()
            call()
            return (time.perf_counter() - begin) * 1e3

        for form, store in stores.items():
            ours(store)
            if form == "f16":
                assert np.abs(scores - theirs_scores).max() < 1e-3 * count, "the two disagree"
            mine, theirs = [], []
            for _ in range(rounds):
                mine.append(timed(lambda: ours(store)))
                theirs.append(timed(lambda: maxsim_cpu.maxsim_scores_variable(query, documents)))
            a, b = statistics.median(mine), statistics.median(theirs)
            rows.append({
                "area": "retrieval", "case": f"maxsim {form}, {count} query tokens, {CANDIDATES} candidates",
                "metric": "latency", "unit": "ms", "ours": round(a, 4), "peer": round(b, 4),
                "peer_name": "maxsim-cpu", "ratio": round(a / b, 3), "runs": rounds, "ours_best": round(min(mine), 4),
                "peer_best": round(min(theirs), 4),
            })
    for row in rows:
        print(json.dumps(row))


main()
