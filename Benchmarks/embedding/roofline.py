"""How near the encoder comes to what the machine can multiply; see Benchmarks/embedding/run roofline. Prints a table.

Three measures for each precision, all of one thread and by its processor time, so that a shared core counts as a whole one:

* peak: loops over registers alone (peak.c), which nothing can beat;
* product: onnxruntime's matrix product of the encoder's own shapes, float32 and 8-bit, the best shape;
* achieved: the encoder's operations over the time that a whole call takes, tokenising and all, ours and onnxruntime's.

The bound is the time that the linear layers take at the precision's peak and attention at float32's: what is computed in
float32 in both. Norms, GELU and quantising are not in it, so that 1 cannot be reached.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnxruntime

sys.path[:0] = [os.path.dirname(__file__), os.path.join(os.path.dirname(__file__), "../../scripts/reference")]
from ours import Ours  # noqa: E402
from peer import Peer, exported, quantised  # noqa: E402
from texts import function, prose  # noqa: E402


def peaks():
    compiler = os.environ.get("CC") or shutil.which("clang") or "cc"
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peak.c")
        subprocess.run([compiler, "-O2", "-march=native", source, "-o", folder + "/peak"], check=True)
        return json.loads(subprocess.run([folder + "/peak"], check=True, capture_output=True, text=True).stdout)


def product(kind, rows, inputs, outputs):
    """G operations a second of onnxruntime's product with constant weights, one thread: the best of several."""
    from onnx import TensorProto, helper, numpy_helper

    rng = np.random.default_rng(7)
    if kind == "f32":
        weights, operator, element = rng.standard_normal((inputs, outputs), dtype=np.float32), "MatMul", TensorProto.FLOAT
        values, result = rng.standard_normal((rows, inputs), dtype=np.float32), TensorProto.FLOAT
    else:
        weights, operator, element = rng.integers(-127, 128, (inputs, outputs), dtype=np.int8), "MatMulInteger", TensorProto.UINT8
        values, result = rng.integers(0, 256, (rows, inputs), dtype=np.uint8), TensorProto.INT32
    graph = helper.make_graph(
        [helper.make_node(operator, ["a", "b"], ["c"])], "product",
        [helper.make_tensor_value_info("a", element, [rows, inputs])],
        [helper.make_tensor_value_info("c", result, [rows, outputs])],
        [numpy_helper.from_array(weights, "b")],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    best = float("inf")
    for _ in range(12):
        start = time.thread_time()
        for _ in range(10):
            session.run(None, {"a": values})
        best = min(best, (time.thread_time() - start) / 10)
    return 2 * rows * inputs * outputs / best * 1e-9


def operations(config, lengths):
    """Operations of the linear layers and of attention for texts of these many tokens."""
    hidden, inner, layers = config["hidden_size"], config["intermediate_size"], config["num_hidden_layers"]
    linear = sum(2 * n * (4 * hidden * hidden + 2 * hidden * inner) for n in lengths) * layers
    attention = sum(4 * n * n * hidden for n in lengths) * layers
    return linear, attention


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--json")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--chunks", type=int, default=64)
    options = parser.parse_args()
    model = os.environ["CODEINTEL_MODEL_DIR"]
    with open(model + "/config.json", encoding="utf-8") as file:
        config = json.load(file)
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    rng = random.Random(7)
    cases = {
        "64 short texts": [prose(rng, 1 + i % 3) for i in range(64)],
        f"{options.chunks} code chunks": [function(rng, 2 + i % 20) for i in range(options.chunks)],
    }
    peak = peaks()
    shapes = [(192, hidden, 3 * hidden), (192, hidden, hidden), (192, hidden, inner), (192, inner, hidden), (384, hidden, inner)]
    plain = exported(model, options.cache)
    rows = []
    for precision, files in [("f32", plain), ("int8", quantised(plain))]:
        best = max(product(precision, *shape) for shape in shapes)
        ours = Ours(options.binary, model, 1, precision)
        peers = [Peer(model, file, 1, 1, 8) for file in files.values()]
        for case, texts in cases.items():
            lengths = [len(e.ids) for e in peers[0].tokenizer.encode_batch(texts)]
            linear, attention = operations(config, lengths)
            bound = linear / peak[precision] + attention / peak["f32"]
            mine, theirs = [], [[] for _ in peers]
            ours.ask(action="embed", texts=texts)
            for _ in range(options.runs):
                before = ours.cpu()
                # Several calls, because the kernel tells a process's time in hundredths of a second.
                for _ in range(4):
                    ours.ask(action="embed", texts=texts)
                mine.append((ours.cpu() - before) / 4)
                for number, peer in enumerate(peers):
                    before = time.process_time()
                    peer.embed(texts)
                    theirs[number].append(time.process_time() - before)
            theirs = min(map(statistics.median, theirs))
            mine = statistics.median(mine)
            rate = (linear + attention) * 1e-9
            rows.append({
                "precision": precision, "case": case, "tokens": sum(lengths), "peak": peak[precision], "product": round(best, 1),
                "ours": round(rate / mine, 1), "onnxruntime": round(rate / theirs, 1),
                "ours_of_bound": round(bound * 1e-9 / mine, 3), "onnxruntime_of_bound": round(bound * 1e-9 / theirs, 3),
            })  # fmt: skip
            print(json.dumps(rows[-1]), flush=True)
        ours.close()
    print(f"load: {os.getloadavg()}", file=sys.stderr)
    if options.json:
        with open(options.json, "w", encoding="ascii") as out:
            json.dump(rows, out, indent=2)


main()
