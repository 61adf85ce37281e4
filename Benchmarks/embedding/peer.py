"""onnxruntime on the CPU over the same float32 weights: the peer of the embedding benchmark."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

LIMIT = 256


def exported(model_folder, cache):
    """The model as ONNX float32, made once: exported with torch, then with onnxruntime's own BERT fusions."""
    plain, fused = cache + "/minilm-f32.onnx", cache + "/minilm-f32-fused.onnx"
    if not os.path.exists(plain):
        import torch
        from transformers import AutoModel

        model = AutoModel.from_pretrained(model_folder, attn_implementation="eager").eval()

        class LastState(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.model = model

            def forward(self, input_ids, attention_mask):
                return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

        os.makedirs(cache, exist_ok=True)
        ids = torch.ones(2, 8, dtype=torch.int64)
        axes = {0: "batch", 1: "length"}
        torch.onnx.export(
            LastState(), (ids, torch.ones_like(ids)), plain, dynamo=False, opset_version=17,
            input_names=["input_ids", "attention_mask"], output_names=["states"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "states": axes},
        )  # fmt: skip
    if not os.path.exists(fused):
        from onnxruntime.transformers import optimizer

        result = optimizer.optimize_model(plain, model_type="bert", num_heads=12, hidden_size=384)
        print("fused:", result.get_fused_operator_statistics(), file=sys.stderr)
        result.save_model_to_file(fused)
    return {"plain": plain, "fused": fused}


def quantised(files):
    """onnxruntime's own dynamic int8 of both graphs, weights by output channel where its kernels can."""
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    made = {}
    for name, file in files.items():
        made[name] = file.replace("-f32", "-int8")
        if not os.path.exists(made[name]):
            quantize_dynamic(
                file, made[name] + ".part", weight_type=QuantType.QInt8, per_channel=True,
                extra_options={"DefaultTensorType": TensorProto.FLOAT},
            )  # fmt: skip
            os.replace(made[name] + ".part", made[name])
    return made


class Peer:
    """Texts to vectors; `workers` sessions side by side with `intra` threads each, batches sorted by length.

    Threads of a session wait for its next step asleep, or spinning where `spins` says so.
    """

    def __init__(self, model_folder, onnx, workers, intra, batch, spins=False):
        start = time.perf_counter()
        self.name = f"{os.path.basename(onnx)} {workers}x{intra} batch {batch}" + (", spinning" if spins else "")
        self.settings = {"model": model_folder, "onnx": onnx, "workers": workers, "intra": intra, "batch": batch}
        self.spins = spins
        self.tokenizer = Tokenizer.from_file(model_folder + "/tokenizer.json")
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(LIMIT)
        self.batch = batch
        self.workers = workers
        options = ort.SessionOptions()
        options.intra_op_num_threads = intra
        options.inter_op_num_threads = 1
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.add_session_config_entry("session.intra_op.allow_spinning", "1" if spins else "0")
        self.session = ort.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
        self.inputs = [i.name for i in self.session.get_inputs()]
        self.pool = ThreadPoolExecutor(workers) if workers > 1 else None
        self.load = time.perf_counter() - start

    def _batch(self, rows):
        width = max(map(len, rows))
        ids = np.zeros((len(rows), width), dtype=np.int64)
        mask = np.zeros((len(rows), width), dtype=np.int64)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = row
            mask[i, : len(row)] = 1
        feed = dict(zip(["input_ids", "attention_mask"], [ids, mask]))
        states = self.session.run(None, {name: feed[name] for name in self.inputs})[0]
        weights = mask[:, :, None].astype(np.float32)
        vectors = (states * weights).sum(1) / weights.sum(1)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def embed(self, texts):
        rows = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        order = sorted(range(len(rows)), key=lambda i: -len(rows[i]))
        parts = [order[i : i + self.batch] for i in range(0, len(order), self.batch)]
        run = lambda part: self._batch([rows[i] for i in part])  # noqa: E731
        results = self.pool.map(run, parts) if self.pool else map(run, parts)
        out = np.empty((len(texts), 384), dtype=np.float32)
        for part, vectors in zip(parts, results):
            out[part] = vectors
        return out
