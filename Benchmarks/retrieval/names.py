"""What the words of a chunk's file and symbol, put before its text, are worth: nDCG@10 of each channel with and without them, and
the difference with its 95 % interval (paired bootstrap). Needs a collection whose documents have `path` and `title` (the symbol).
Runs `codeintel eval` twice a collection; see ./run."""

import argparse
import json
import pathlib
import random
import re
import statistics
import subprocess
import tempfile

from judging import found, load, ndcg
from rows import row

DRAWS = 2000


def words(identifier):
    """As Sources/Retrieval/Building/EmbeddingText.swift splits: at signs, and where a small letter meets a capital."""
    return re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", identifier))


def heading(document):
    """The line that the engine puts before a chunk's text."""
    return " ".join([*words(pathlib.PurePath(document["path"]).stem), "|", *words(document["title"])])


def judged(binary, documents, folder, judgments, channels):
    """nDCG@10 by channel and question, of these documents under the questions of `folder`."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        (scratch / "corpus.jsonl").write_text("".join(json.dumps(document) + "\n" for document in documents))
        (scratch / "queries.jsonl").write_bytes((folder / "queries.jsonl").read_bytes())
        (scratch / "qrels.tsv").write_bytes((folder / judgments).read_bytes())
        run = scratch / "run.trec"
        subprocess.run([binary, "eval", str(scratch), "--channels", channels, "--quiet", "--json", "--runs", str(run)], check=True,
                       stdout=subprocess.DEVNULL)
        lists = found(run)
    _, questions, grades = load(folder, judgments)
    return {channel: [ndcg(lists.get(channel, {}).get(question["_id"], []), grades[question["_id"]]) for question in questions]
            for channel in channels.split(",")}


def interval(differences):
    """The middle 95 % of the means of resampled questions."""
    draw = random.Random(1)
    means = sorted(statistics.fmean(draw.choices(differences, k=len(differences))) for _ in range(DRAWS))
    return means[int(0.025 * DRAWS)], means[int(0.975 * DRAWS)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--channels", default="faiss")
    parser.add_argument("--judgments", default="qrels.tsv")
    parser.add_argument("--json")
    parser.add_argument("datasets", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    print("| collection | channel | text alone | with names | difference (95 % interval) |")
    print("|---|---|---|---|---|")
    rows = []
    for folder in arguments.datasets:
        documents, _, _ = load(folder, arguments.judgments)
        if not all(document.get("path") and document.get("title") for document in documents):
            raise SystemExit(f"{folder}: every document needs `path` and `title`, the names that are tried")
        plain = [{"_id": document["_id"], "title": "", "text": document["text"]} for document in documents]
        named = [{**bare, "title": heading(document)} for bare, document in zip(plain, documents)]
        without, having = (judged(arguments.binary, kept, folder, arguments.judgments, arguments.channels)
                           for kept in (plain, named))
        for channel in without:
            before, after = statistics.fmean(without[channel]), statistics.fmean(having[channel])
            low, high = interval([b - a for a, b in zip(without[channel], having[channel])])
            print(f"| {folder.name} | {channel} | {before:.4f} | {after:.4f} | {after - before:+.4f} ({low:+.4f} to {high:+.4f}) |",
                  flush=True)
            rows += [row(f"{folder.name}: {channel} {what}", "ndcg@10", "", value)
                     for what, value in (("text alone", before), ("with names", after))]
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
