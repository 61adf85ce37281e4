"""What each kind of dense index finds among the vectors of an index on disk: recall@10 against the exact answer, and the time of a
search. 1,000 stored vectors are the questions, themselves left out of the answers. For collections that nobody judged, at sizes
that ./kinds.py does not reach; see ./dense.

    python recall.py LIBRARY INDEX [--beams N,...] [--probes N,...]
"""

import argparse
import ctypes
import json
import pathlib
import sys
import time

import numpy as np

from dense import CONSTRUCTION, LINKS, Failure, pointer
from rows import row

K, QUESTIONS = 10, 1000
KINDS = {"hnsw": None, "ivf-sq8": 3, "ivf-pq": 4}


class Description(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_int32), ("dimension", ctypes.c_int32), ("count", ctypes.c_int64),
                ("links", ctypes.c_int32), ("ef_construction", ctypes.c_int32), ("lists", ctypes.c_int32),
                ("mapped", ctypes.c_int32), ("coded", ctypes.c_int32), ("bytes", ctypes.c_int64),
                ("checksum", ctypes.c_uint64)]


class Library:
    def __init__(self, path):
        self.native, self.failure = ctypes.CDLL(path), Failure()
        self.native.cfaiss_describe.restype = Description

    def call(self, name, *arguments):
        if getattr(self.native, name)(*arguments, ctypes.byref(self.failure)) != 0:
            sys.exit(f"{name}: {self.failure.message.decode()}")

    def open(self, path):
        handle = ctypes.c_void_p()
        self.call("cfaiss_open", str(path).encode(), 0, 0, ctypes.byref(handle))
        return handle

    def rows(self, handle):
        about = self.native.cfaiss_describe(handle)
        made = np.empty((about.count, about.dimension), np.float32)
        self.call("cfaiss_reconstruct", handle, ctypes.c_int64(0), ctypes.c_int64(about.count), pointer(made))
        return made

    def build(self, rows, kind):
        handle = ctypes.c_void_p()
        self.call("cfaiss_create_flat", rows.shape[1], ctypes.byref(handle))
        self.call("cfaiss_add", handle, ctypes.c_int64(len(rows)), pointer(rows), 2)
        if kind == "hnsw":
            self.call("cfaiss_link", handle, LINKS, CONSTRUCTION, 2)
        elif kind:
            self.call("cfaiss_code", handle, KINDS[kind], 2)
        self.call("cfaiss_finish", handle)
        return handle

    def search(self, handle, questions, beam, probes):
        scores = np.empty((len(questions), K + 1), np.float32)
        ids = np.empty((len(questions), K + 1), np.int64)
        start = time.perf_counter()
        self.call("cfaiss_search", handle, ctypes.c_int64(len(questions)), pointer(questions), ctypes.c_int64(K + 1), beam,
                  probes, 1, None, ctypes.c_int64(0), pointer(scores), pointer(ids))
        return ids, (time.perf_counter() - start) / len(questions) * 1e6


def main():
    def numbers(text):
        return [int(part) for part in text.split(",") if part]

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library")
    parser.add_argument("index", type=pathlib.Path, help="a folder that `codeintel index` wrote")
    parser.add_argument("--beams", type=numbers, default=[32, 64, 128, 256])
    parser.add_argument("--probes", type=numbers, default=[8, 32, 128, 1000])
    arguments = parser.parse_args()
    number = (arguments.index / "CURRENT").read_text().split()[0]
    library = Library(arguments.library)
    path = arguments.index / "generations" / number / "faiss.index"
    if not path.exists():
        sys.exit(f"{path} is not there: an index in two parts wants `codeintel index --merge` first")
    rows = library.rows(library.open(path))
    places = np.random.default_rng(5).choice(len(rows), min(QUESTIONS, len(rows)), replace=False)
    questions = np.ascontiguousarray(rows[places])
    truth, _ = library.search(library.build(rows, None), questions, 0, 1)
    for kind in KINDS:
        start = time.perf_counter()
        handle = library.build(rows, kind)
        built = time.perf_counter() - start
        for width in arguments.beams if kind == "hnsw" else arguments.probes:
            ids, taken = library.search(handle, questions, width if kind == "hnsw" else 0, width)
            found = [len((set(best) - {own}) & (set(line) - {own})) / len(set(best) - {own})
                     for best, line, own in zip(truth.tolist(), ids.tolist(), places.tolist())]
            name = f"{kind}, {'beam' if kind == 'hnsw' else 'nprobe'} {width}: {len(rows)} stored rows"
            for metric, unit, value in [("recall@10", "", float(np.mean(found))), ("latency", "us", taken),
                                        ("build", "s", built)]:
                print(json.dumps(row(name, metric, unit, value, digits=4)), flush=True)


if __name__ == "__main__":
    main()
