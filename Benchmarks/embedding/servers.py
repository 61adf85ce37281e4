"""An embedding server on loopback, and sentence-transformers in this process: further peers of the benchmark."""

import base64
import http.client
import json
import os
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from alone import kilobytes


class Server:
    """Texts to vectors over HTTP as our client sends them: 64 texts a request, base64, several requests at a time."""

    def __init__(self, url, model, concurrency=4, batch=64):
        parts = urllib.parse.urlsplit(url)
        self.address = (parts.hostname, parts.port)
        self.model = model
        self.batch = batch
        self.pool = ThreadPoolExecutor(concurrency)
        self.idle = []
        version = self._call("GET", "/version")
        self.name = f"vLLM {version['version']} CPU, {concurrency} requests at a time" if version else "embedding server"

    def _call(self, method, path, body=None):
        connection = self.idle.pop() if self.idle else None
        while True:
            is_fresh = connection is None
            connection = connection or http.client.HTTPConnection(*self.address, timeout=600)
            try:
                connection.request(method, path, body, {"content-type": "application/json"})
                response = connection.getresponse()
                content = response.read()
                break
            except (ConnectionError, http.client.RemoteDisconnected):
                # The server ends connections that were idle for some seconds.
                if is_fresh:
                    raise
                connection = None
        self.idle.append(connection)
        if response.status == 404:
            return None
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {content[:200]!r}")
        return json.loads(content)

    def _request(self, texts):
        body = {"model": self.model, "input": texts, "encoding_format": "base64", "truncate_prompt_tokens": -1}
        data = sorted(self._call("POST", "/v1/embeddings", json.dumps(body))["data"], key=lambda item: item["index"])
        return np.stack([np.frombuffer(base64.b64decode(item["embedding"]), dtype="<f4") for item in data])

    def embed(self, texts):
        parts = [texts[i : i + self.batch] for i in range(0, len(texts), self.batch)]
        return np.concatenate(list(self.pool.map(self._request, parts)))

    def _statistics(self):
        """Of each process of the server's session, whose first one scripts/vllm noted: number and fields of its stat."""
        folder = os.environ.get("XDG_CACHE_HOME") or os.environ["HOME"] + "/.cache"
        with open(folder + "/runtime-cells/servers/vllm/pid", encoding="ascii") as file:
            session = int(file.read())
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
                    fields = stat.read().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[3]) == session:
                yield pid, fields

    def cpu(self):
        """Processor seconds of all its processes."""
        return sum(int(f[11]) + int(f[12]) for _, f in self._statistics()) / os.sysconf("SC_CLK_TCK")

    def peak(self):
        """Bytes: the peaks of all its processes, which may not have fallen together."""
        return sum(kilobytes("VmHWM", pid) for pid, _ in self._statistics()) * 1024


class SentenceTransformers:
    """sentence-transformers on torch as it comes; it sorts by length itself."""

    def __init__(self, model_folder, threads):
        import sentence_transformers
        import torch

        torch.set_num_threads(threads)
        self.settings = {"model": model_folder, "threads": threads}
        self.name = f"sentence-transformers {sentence_transformers.__version__}, torch {torch.__version__}, {threads} threads"
        self.model = sentence_transformers.SentenceTransformer(model_folder, device="cpu")

    def embed(self, texts):
        return self.model.encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False)

    def cpu(self):
        return time.process_time()
