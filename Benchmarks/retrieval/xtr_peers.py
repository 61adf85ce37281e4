"""The peers of ./xtr.py, each in a process of its own: `make NAME FOLDER` builds, `ask NAME FOLDER K` searches."""

import importlib.metadata
import json
import pathlib
import re
import sys
import time

import numpy
import torch

torch.set_num_threads(1)


def load(folder, name):
    counts = numpy.fromfile(folder / f"{name}.counts", dtype=numpy.int32)
    rows = torch.from_numpy(numpy.fromfile(folder / f"{name}.f32", dtype=numpy.float32).reshape(-1, 128))
    return list(torch.split(rows, counts.tolist()))


def resident():
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024


def warp(path):
    from xtr_warp import XTRWarp
    return XTRWarp(index=str(path), device="cpu")


def plaid(path):
    from fast_plaid import search
    return search.FastPlaid(index=str(path), device="cpu")


def make(name, folder):
    documents = [document if len(document) else torch.zeros(1, 128) for document in load(folder, "documents")]
    path = folder / name
    start = time.monotonic()
    if name == "xtr-warp-rs":
        warp(path).create(embeddings_source=documents, nbits=4, device="cpu")
    else:
        plaid(path).create(documents_embeddings=documents, nbits=4)
    print(f"{name}: built in {time.monotonic() - start:.1f} s")


def ask(name, folder, k):
    questions = load(folder, "questions")
    before = resident()
    if name == "xtr-warp-rs":
        index = warp(folder / name)
        index.load()
        search = lambda question: index.search([question], top_k=k, num_threads=1, show_progress=False)[0]  # noqa: E731
    else:
        index = plaid(folder / name)
        search = lambda question: index.search([question], top_k=k, show_progress=False)[0]  # noqa: E731
    search(questions[0])
    found, times = [], []
    for question in questions:
        start = time.perf_counter()
        hits = search(question)
        times.append((time.perf_counter() - start) * 1000)
        found.append([int(row) for row, *_ in hits])
    size = sum(part.stat().st_size for part in (folder / name).rglob("*") if part.is_file())
    json.dump({"found": found, "searchMilliseconds": times, "memory": resident() - before, "file_mib": size / 2**20,
               "version": importlib.metadata.version(name)}, sys.stdout)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], pathlib.Path(sys.argv[3]))
    else:
        ask(sys.argv[2], pathlib.Path(sys.argv[3]), int(sys.argv[4]))
