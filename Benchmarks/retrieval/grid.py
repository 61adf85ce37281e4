"""Fuses what two channels found by every point of a grid and prints nDCG@10: how the shipped constant and weight compare with others.
Runs `codeintel eval` once a collection for the lists, then fuses here; see ./run."""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

from judging import found, load, ndcg
from rows import row

CONSTANTS = [60, 20, 10, 5, 2]
WEIGHTS = [1, 0.7, 0.5, 0.4, 0.3, 0.2, 0.1]


class Collection:
    """The judgments of a folder, and what each channel found, by question: ids by rank."""

    def __init__(self, binary, folder, channels):
        with tempfile.TemporaryDirectory() as scratch:
            run = pathlib.Path(scratch) / "run.trec"
            command = [binary, "eval", folder, "--channels", ",".join(channels), "--quiet", "--json", "--runs", str(run)]
            self.report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
            self.lists = found(run)
        documents, _, self.grades = load(pathlib.Path(folder), self.report["judgments"])
        # Equal scores are in the order of the collection, as in the engine.
        self.order = {document["_id"]: place for place, document in enumerate(documents)}

    def fused(self, k, weights):
        """The mean nDCG@10 under these settings."""
        values = []
        for question, grades in self.grades.items():
            scores = {}
            for channel, weight in weights.items():
                for place, document in enumerate(self.lists.get(channel, {}).get(question, []) if weight else [], start=1):
                    scores[document] = scores.get(document, 0) + weight / (k + place)
            values.append(ndcg(sorted(scores, key=lambda name: (-scores[name], self.order[name]))[:10], grades))
        return statistics.mean(values)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--channels", default="faiss,bm25", help="the one with weight 1, and the one whose weight varies")
    parser.add_argument("--json")
    parser.add_argument("datasets", nargs="+")
    arguments = parser.parse_args()
    first, second = arguments.channels.split(",")
    sets = [Collection(arguments.binary, dataset, [first, second]) for dataset in arguments.datasets]
    best = [max(one.report["channels"][name]["ndcg@10"] for name in (first, second)) for one in sets]
    for one in sets:
        fusion = one.report["fusion"]
        # Two programs, one formula: what the engine fused must come out here too.
        if fusion["method"] == "rrf":
            own = one.fused(fusion["k"], fusion["weights"])
            if abs(own - one.report["fused"]["ndcg@10"]) > 1e-9:
                raise SystemExit(f"{one.report['dataset']}: {own} here, {one.report['fused']['ndcg@10']} by the engine")
    names = " | ".join(one.report["dataset"] for one in sets)
    print(f"| k | weight of {second} | {names} | mean | worst against the best alone |")
    print("|---" * (len(sets) + 4) + "|")
    rows = []
    for k in CONSTANTS:
        for weight in WEIGHTS:
            values = [one.fused(k, {first: 1, second: weight}) for one in sets]
            cells = " | ".join(f"{value:.4f}" for value in values)
            worst = min(value - alone for value, alone in zip(values, best))
            print(f"| {k} | {weight} | {cells} | {statistics.mean(values):.4f} | {worst:+.4f} |", flush=True)
            rows += [row(f"{one.report['dataset']}: {first} 1, {second} {weight}, k {k}", "ndcg@10", "", value)
                     for one, value in zip(sets, values)]
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
