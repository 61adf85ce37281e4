"""One peer in a process of its own, for what only such a process can tell: its load time and its peak memory.

Usage: alone.py '{"kind": "onnxruntime", "model": FOLDER, ...}' with a JSON list of texts on standard input. Prints
{"load": seconds from the end of the imports until texts can come, "peak": bytes after all texts}.
"""

import json
import sys
import time


def kilobytes(key, pid="self"):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        return next((int(line.split()[1]) for line in status if line.startswith(key + ":")), 0)


def main():
    settings = json.loads(sys.argv[1])
    if settings.pop("kind") == "onnxruntime":
        from peer import Peer

        start = time.perf_counter()
        peer = Peer(settings["model"], settings["onnx"], settings["workers"], settings["intra"], settings["batch"])
    else:
        from servers import SentenceTransformers

        import sentence_transformers  # noqa: F401

        start = time.perf_counter()
        peer = SentenceTransformers(settings["model"], settings["threads"])
    load = time.perf_counter() - start
    peer.embed(json.load(sys.stdin))
    print(json.dumps({"load": load, "peak": kilobytes("VmHWM") * 1024}))


if __name__ == "__main__":
    main()
