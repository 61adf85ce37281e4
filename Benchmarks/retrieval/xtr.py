"""Token retrieval of Sources/Retrieval/Tokens beside PyPI's xtr-warp-rs and fast-plaid, and beside comparing every token,
one thread each, over the same vectors; see ./xtr. Every system's recall is against the exact order of the 16-bit vectors."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

import collection


def texts(rows, name, folder, count):
    """Evenly spread over the collection, so that no module is all there is."""
    step = max(1, len(rows) // count)
    kept = rows[::step][:count]
    (folder / name).write_text("".join(json.dumps(row["text"].replace("\n", " ")[:4000] or ".") + "\n" for row in kept))


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def recall(found, exact, k):
    shares = [len(set(ours[:k]) & set(best[:k])) / max(1, len(best[:k])) for ours, best in zip(found, exact)]
    return sum(shares) / len(shares)


def asked(command):
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--work", required=True, type=pathlib.Path)
    parser.add_argument("--peer-python", help="the interpreter that has the peers; empty leaves them out")
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    work = arguments.work
    if not (work / "documents.f32").exists():
        folder = collection.write(work / "collection")
        texts(lines(folder / "corpus.jsonl"), "documents", work, arguments.documents)
        texts(lines(folder / "queries.jsonl"), "questions", work, arguments.questions)
        subprocess.run([arguments.binary, "make", os.environ["CODEINTEL_MODEL_DIR"], "2", str(work)], check=True,
                       stdout=sys.stderr)
    peers = []
    if arguments.peer_python:
        peer = [arguments.peer_python, str(pathlib.Path(__file__).with_name("xtr_peers.py"))]
        for name in ("xtr-warp-rs", "fast-plaid"):
            made = subprocess.run([*peer, "make", name, str(work)], stdout=sys.stderr)
            if made.returncode == 0:
                peers.append(name)
            else:
                print(f"{name} is left out: it does not run here", file=sys.stderr)
    k = "100"
    ours, theirs = {"4bit": [], "f16": []}, {name: [] for name in peers}
    for _ in range(arguments.rounds):
        for element, rounds in ours.items():
            rounds.append(asked([arguments.binary, "ask", str(work), element, k]))
        for name, rounds in theirs.items():
            rounds.append(asked([*peer, "ask", name, str(work), k]))
    exact = ours["f16"][0]["exact"]

    def median(rounds, key):
        return statistics.median(statistics.median(part[key]) for part in rounds)

    base = median(ours["4bit"], "searchMilliseconds")
    for element, rounds in ours.items():
        first = rounds[0]
        size = (work / f"{element}.index").stat().st_size
        memory = [part - first["memory"][0] for part in first["memory"]]
        print(json.dumps({
            "system": f"ours, {element}", "documents": arguments.documents, "tokens": first["tokens"],
            "centroids": first["centroids"], "bytes_a_token": round(size / first["tokens"], 1),
            "search_ms": round(median(rounds, "searchMilliseconds"), 2),
            "all_tokens_ms": round(median(rounds, "exactMilliseconds"), 2),
            "recall@10": round(recall(first["found"], exact, 10), 4),
            "recall@100": round(recall(first["found"], exact, 100), 4),
            "estimates_ms": round(median(rounds, "estimatedMilliseconds"), 2),
            "estimates_recall@10": round(recall(first["estimated"], exact, 10), 4),
            "estimates_recall@100": round(recall(first["estimated"], exact, 100), 4), "open_ms": round(median(
                [{"o": [part["openMilliseconds"]]} for part in rounds], "o"), 1),
            "file_mib": round(size / 2**20, 1), "mib_open": round(memory[1], 1), "mib_one_search": round(memory[2], 1),
            "mib_all_searches": round(memory[3], 1)}), flush=True)
    for name, rounds in theirs.items():
        print(json.dumps({
            "system": name, "version": rounds[0]["version"], "search_ms": round(median(rounds, "searchMilliseconds"), 2),
            "recall@10": round(recall(rounds[0]["found"], exact, 10), 4),
            "recall@100": round(recall(rounds[0]["found"], exact, 100), 4),
            "mib_all_searches": round(rounds[0]["memory"], 1), "file_mib": round(rounds[0]["file_mib"], 1),
            "ratio_to_ours_4bit": round(median(rounds, "searchMilliseconds") / base, 2)}), flush=True)
    print(json.dumps({"load_average": os.getloadavg()[0], "rounds": arguments.rounds}))


if __name__ == "__main__":
    main()
