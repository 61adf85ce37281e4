"""The dense index beside PyPI's faiss-cpu and hnswlib, in one process, one thread, in alternation.

Vectors are made up: 384 values, in clusters, of length 1. Flat scans must give the same rows; a flat index with 8-bit codes is
compared with ours without. Graphs have M = 16 and efConstruction = 100 in all three and are compared at equal recall: each
is timed over a range of search beams, and its time at recall@10 of 0.95 and of 0.99 is read off between the two
neighbouring beams; where the widest beam does not reach it, what that gives is told. Where the narrowest beam finds more than that, its time counts.

    python dense.py LIBRARY PEER [--flat ROWS,...] [--graph ROWS,...] [--rounds N] [--builds N]

Prints one JSON row a case (see scripts/bench); a ratio below 1 means that ours is faster.
"""

import argparse
import ctypes
import json
import statistics
import sys
import time

import faiss
import numpy as np

DIM, LINKS, CONSTRUCTION, K = 384, 16, 100, 10
BEAMS = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072]
TARGETS = [0.95, 0.99]


class Failure(ctypes.Structure):
    _fields_ = [("code", ctypes.c_int32), ("expected", ctypes.c_int64), ("actual", ctypes.c_int64),
                ("message", ctypes.c_char * 400)]


def pointer(array):
    return array.ctypes.data_as(ctypes.c_void_p)


class Ours:
    name = "ours"

    def __init__(self, library, rows, graph, codes=False):
        self.library, self.handle, self.failure = library, ctypes.c_void_p(), Failure()
        self.check(library.cfaiss_create_flat(DIM, ctypes.byref(self.handle), ctypes.byref(self.failure)))
        self.check(library.cfaiss_add(self.handle, ctypes.c_int64(len(rows)), pointer(rows), 1,
                                      ctypes.byref(self.failure)))
        if graph:
            self.check(library.cfaiss_link(self.handle, LINKS, CONSTRUCTION, 1, ctypes.byref(self.failure)))
        self.check(library.cfaiss_finish(self.handle, ctypes.byref(self.failure)))
        if codes:
            self.check(library.cfaiss_keep_codes(self.handle, ctypes.byref(self.failure)))

    def check(self, status):
        if status != 0:
            sys.exit(f"ours failed: {self.failure.message.decode()}")

    def search(self, queries, beam=0):
        scores = np.empty((len(queries), K), np.float32)
        ids = np.empty((len(queries), K), np.int64)
        self.check(self.library.cfaiss_search(
            self.handle, ctypes.c_int64(len(queries)), pointer(queries), ctypes.c_int64(K), beam, 1, 1, None,
            ctypes.c_int64(0), pointer(scores), pointer(ids), ctypes.byref(self.failure)))
        return ids

    def close(self):
        self.library.cfaiss_free(self.handle)


class Faiss:
    name = "faiss-cpu"

    def __init__(self, rows, graph):
        if graph:
            self.index = faiss.IndexHNSWFlat(DIM, LINKS, faiss.METRIC_INNER_PRODUCT)
            self.index.hnsw.efConstruction = CONSTRUCTION
        else:
            self.index = faiss.IndexFlatIP(DIM)
        self.index.add(rows)

    def search(self, queries, beam=0):
        if beam:
            self.index.hnsw.efSearch = beam
        return self.index.search(queries, K)[1]

    def close(self):
        self.index.reset()


class Hnswlib:
    name = "hnswlib"

    def __init__(self, library, rows):
        self.library = library
        size = ctypes.c_size_t
        self.handle = ctypes.c_void_p(
            library.peer_build(pointer(rows), size(len(rows)), size(DIM), size(LINKS), size(CONSTRUCTION)))

    def search(self, queries, beam):
        ids = np.empty((len(queries), K), np.int64)
        size = ctypes.c_size_t
        self.library.peer_search(self.handle, pointer(queries), size(len(queries)), size(DIM), size(K), size(beam),
                                 pointer(ids))
        return ids

    def close(self):
        self.library.peer_free(self.handle)


def vectors(count, seed):
    """Unit vectors in 64 clusters; another seed gives other members of the same clusters."""
    centres = np.random.default_rng(1).standard_normal((64, DIM), dtype=np.float32)
    random = np.random.default_rng(seed)
    made = np.empty((count, DIM), np.float32)
    for first in range(0, count, 65536):
        size = min(65536, count - first)
        block = centres[random.integers(0, 64, size)] + 1.2 * random.standard_normal((size, DIM), dtype=np.float32)
        made[first:first + size] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return made


def seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def row(case, metric, unit, ours, peer, peer_name, runs, **more):
    print(json.dumps({
        "area": "retrieval", "case": case, "metric": metric, "unit": unit, "ours": round(ours, 4),
        "peer": round(peer, 4), "peer_name": peer_name, "ratio": round(ours / peer, 3), "runs": runs, **more,
    }), flush=True)


def flat(library, count, rounds):
    rows = vectors(count, 2)
    ours, peer = Ours(library, rows, False), Faiss(rows, False)
    for batch in (1, 100):
        queries = vectors(100, 3)
        groups = [queries[i:i + batch] for i in range(0, 20 if batch == 1 else 100, batch)]
        for group in groups:
            mine, theirs = ours.search(group), peer.search(group)
            # Equal but for neighbours whose products differ by rounding only.
            if (mine == theirs).mean() < 0.99:
                sys.exit("the two disagree")
        times = {index: [] for index in (ours, peer)}
        for turn in range(rounds):
            for index in (ours, peer) if turn % 2 == 0 else (peer, ours):
                times[index].append(seconds(lambda: [index.search(group) for group in groups]) / len(groups) * 1e3)
        a, b = (statistics.median(times[index]) for index in (ours, peer))
        row(f"flat, {count} rows, batch {batch}", "latency", "ms", a, b, peer.name, rounds,
            ours_best=round(min(times[ours]), 4), peer_best=round(min(times[peer]), 4))
    peer.close()
    flat_int8(library, rows, ours, rounds)
    ours.close()


def flat_int8(library, rows, plain, rounds):
    """A flat index that keeps 8-bit codes beside its vectors, against the same one without: the same answers."""
    coded, queries = Ours(library, rows, False, codes=True), vectors(100, 3)
    groups = [queries[i:i + 1] for i in range(len(queries))]
    if any((coded.search(group) != plain.search(group)).any() for group in groups):
        sys.exit("codes change the answer")
    times = {index: [] for index in (coded, plain)}
    for turn in range(rounds):
        for index in (coded, plain) if turn % 2 == 0 else (plain, coded):
            times[index].append(seconds(lambda: [index.search(group) for group in groups[:20]]) / 20 * 1e3)
    a, b = (statistics.median(times[index]) for index in (coded, plain))
    row(f"flat int8, {len(rows)} rows, batch 1", "latency", "ms", a, b, "ours, plain", rounds,
        ours_best=round(min(times[coded]), 4), peer_best=round(min(times[plain]), 4))
    coded.close()


def at_recall(points, target):
    """Time at a recall, read off between neighbours of (recall, time); and the recall it stands for."""
    points = sorted(points)
    if points[0][0] >= target:
        return points[0][1], points[0][0]
    for (low, fast), (high, slow) in zip(points, points[1:]):
        if low < target <= high:
            return fast + (slow - fast) * (target - low) / (high - low), target
    return None, points[-1][0]


def graph(library, peer_library, count, rounds, builds):
    rows, queries = vectors(count, 2), vectors(200, 3)
    makers = [lambda: Ours(library, rows, True), lambda: Faiss(rows, True), lambda: Hnswlib(peer_library, rows)]
    built, indexes = [[] for _ in makers], []
    for turn in range(builds):
        for number, make in enumerate(makers):
            start = time.perf_counter()
            index = make()
            built[number].append(time.perf_counter() - start)
            if turn == builds - 1:
                indexes.append(index)
            else:
                index.close()
    middle = [statistics.median(times) for times in built]
    for number in (1, 2):
        row(f"hnsw build, {count} rows", "time", "s", middle[0], middle[number], indexes[number].name, builds)

    exact = Ours(library, rows, False)
    truth = [set(line) for line in exact.search(queries)]
    exact.close()
    recalls = {}
    for beam in BEAMS:
        recalls[beam] = [
            float(np.mean([len(best & set(line)) / K for best, line in zip(truth, index.search(queries, beam))]))
            for index in indexes
        ]
        if min(recalls[beam]) >= max(TARGETS):
            break
    # Every round times every beam, so that what else the machine does touches all of them. All questions in one call:
    # faiss-cpu then sets its table of visited rows up once, which ours and hnswlib keep anyway.
    times = {(beam, number): [] for beam in recalls for number in range(len(indexes))}
    for turn in range(rounds):
        for beam in recalls:
            for number in sorted(range(len(indexes)), reverse=turn % 2 == 1):
                taken = seconds(lambda: indexes[number].search(queries, beam))
                times[beam, number].append(taken / len(queries) * 1e6)
    curves = [
        [(recalls[beam][number], statistics.median(times[beam, number])) for beam in recalls]
        for number in range(len(indexes))
    ]
    for target in TARGETS:
        mine, my_recall = at_recall(curves[0], target)
        for number in (1, 2):
            theirs, their_recall = at_recall(curves[number], target)
            if mine is None or theirs is None:
                # What the widest beam gives, then.
                widest = max(recalls)
                row(f"hnsw search, {count} rows, recall@{K} {target} not reached, beam {widest}", "latency", "us",
                    statistics.median(times[widest, 0]), statistics.median(times[widest, number]),
                    indexes[number].name, rounds, ours_recall=round(my_recall, 4), peer_recall=round(their_recall, 4))
                continue
            row(f"hnsw search, {count} rows, recall@{K} {target}", "latency", "us", mine, theirs, indexes[number].name,
                rounds, ours_recall=round(my_recall, 4), peer_recall=round(their_recall, 4))
    for index in indexes:
        index.close()


def main():
    def numbers(text):
        return [int(part) for part in text.split(",") if part]

    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("peer")
    parser.add_argument("--flat", type=numbers, default=[20000, 200000])
    parser.add_argument("--graph", type=numbers, default=[10000, 100000])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--builds", type=int, default=1)
    arguments = parser.parse_args()
    library, peer = ctypes.CDLL(arguments.library), ctypes.CDLL(arguments.peer)
    peer.peer_build.restype = ctypes.c_void_p
    faiss.omp_set_num_threads(1)
    for count in arguments.flat:
        flat(library, count, arguments.rounds)
    for count in arguments.graph:
        graph(library, peer, count, arguments.rounds, arguments.builds)


if __name__ == "__main__":
    main()
