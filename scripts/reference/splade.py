"""Writes the fixture of the learned sparse encoder: a forward pass in numpy over texts of the embedding fixture.

Usage: splade.py MODEL_FOLDER FIXTURES. Reads FIXTURES/embedding/texts.jsonl (ids of the reference tokenizer, same
vocabulary) and writes FIXTURES/splade/vectors.jsonl: one object a text with its number, terms and weights. Needs numpy.
Method: T. Formal et al., SPLADE v2, 2021: the maximum over tokens of log(1 + relu(logit)) of a masked language model.
"""

import json
import math
import pathlib
import struct
import sys

import numpy as np

LIMIT = 256
EVERY = 8


def load(path):
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    body = memoryview(data)[8 + length:]
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = entry["data_offsets"]
        tensors[name.removeprefix("bert.")] = np.frombuffer(body[start:end], np.float32).reshape(entry["shape"]).astype(np.float64)
    return tensors


erf = np.vectorize(math.erf)


def gelu(x):
    return 0.5 * x * (1 + erf(x / math.sqrt(2)))


class Model:
    def __init__(self, folder):
        self.t = load(folder / "model.safetensors")
        self.c = json.loads((folder / "config.json").read_text())

    def linear(self, x, name):
        return x @ self.t[name + ".weight"].T + self.t[name + ".bias"]

    def norm(self, x, name):
        gain = self.t.get(name + ".gamma", self.t.get(name + ".weight"))
        bias = self.t.get(name + ".beta", self.t.get(name + ".bias"))
        centred = x - x.mean(-1, keepdims=True)
        return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + self.c["layer_norm_eps"]) * gain + bias

    def attention(self, x, prefix):
        heads = self.c["num_attention_heads"]
        width = x.shape[1] // heads
        q, k, v = (self.linear(x, f"{prefix}.self.{part}") for part in ("query", "key", "value"))
        parts = []
        for head in range(heads):
            at = slice(head * width, (head + 1) * width)
            scores = q[:, at] @ k[:, at].T / math.sqrt(width)
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            parts.append(scores / scores.sum(-1, keepdims=True) @ v[:, at])
        return self.norm(self.linear(np.concatenate(parts, 1), f"{prefix}.output.dense") + x, f"{prefix}.output.LayerNorm")

    def vector(self, ids):
        t = self.t
        x = t["embeddings.word_embeddings.weight"][ids] + t["embeddings.position_embeddings.weight"][: len(ids)]
        x = self.norm(x + t["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in range(self.c["num_hidden_layers"]):
            prefix = f"encoder.layer.{layer}"
            x = self.attention(x, f"{prefix}.attention")
            middle = gelu(self.linear(x, f"{prefix}.intermediate.dense"))
            x = self.norm(self.linear(middle, f"{prefix}.output.dense") + x, f"{prefix}.output.LayerNorm")
        x = self.norm(gelu(self.linear(x, "cls.predictions.transform.dense")), "cls.predictions.transform.LayerNorm")
        logits = x @ t["embeddings.word_embeddings.weight"].T + t["cls.predictions.bias"]
        return np.log1p(np.maximum(logits, 0)).max(0)


def main(folder, fixtures):
    model = Model(folder)
    lines = []
    for line in (fixtures / "embedding/texts.jsonl").read_text().splitlines():
        entry = json.loads(line)
        if entry["number"] % EVERY:
            continue
        vector = model.vector(entry["ids"][:LIMIT])
        terms = np.flatnonzero(vector > 1e-5)
        lines.append(json.dumps({"number": entry["number"], "terms": terms.tolist(),
                                 "weights": [round(float(w), 5) for w in vector[terms]]}, separators=(",", ":")))
    (fixtures / "splade").mkdir(exist_ok=True)
    (fixtures / "splade/vectors.jsonl").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
