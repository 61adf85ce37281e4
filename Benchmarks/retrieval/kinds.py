"""What each kind of dense index finds on real vectors: recall@10 against the exact answer, nDCG@10 and the time of a search.
Runs `codeintel eval` over folders in the BEIR layout, once a kind; see ./run."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

from judging import found
from rows import row

KINDS = ["flat", "hnsw", "ivf-sq8", "ivf-pq"]


def measure(binary, dataset, kind, probes, scratch):
    """One evaluation: its report, and what was found."""
    runs = pathlib.Path(scratch) / "run.trec"
    environment = os.environ | {"CODEINTEL_INDEX_KIND": kind}
    if probes:
        environment["CODEINTEL_INDEX_NPROBE"] = str(probes)
    command = [binary, "eval", dataset, "--channels", "faiss", "--json", "--quiet", "--runs", str(runs)]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout)
    return report, {question: best[:10] for question, best in found(runs)["faiss"].items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--kinds", default=",".join(KINDS[1:]), help="the kinds beside flat, with commas")
    parser.add_argument("--probes", default="", help="also with so many lists read, with commas")
    parser.add_argument("--json")
    parser.add_argument("datasets", nargs="+")
    arguments = parser.parse_args()
    cases = [("flat", None)]
    for kind in arguments.kinds.split(","):
        numbers = [int(number) for number in arguments.probes.split(",") if number] if kind.startswith("ivf") else []
        cases += [(kind, None)] + [(kind, number) for number in numbers]
    rows = []
    print("| collection | kind | recall@10 | nDCG@10 | index search p50, ms |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        for dataset in arguments.datasets:
            exact = None
            for kind, probes in cases:
                report, lists = measure(arguments.binary, dataset, kind, probes, scratch)
                exact = exact or lists
                recall = statistics.mean(
                    len(set(best) & set(lists.get(question, []))) / len(best) for question, best in exact.items())
                name = kind + (f", nprobe {probes}" if probes else "")
                quality, latency = report["channels"]["faiss"]["ndcg@10"], report["latency_ms"]["faiss.index"]["p50"]
                print(f"| {report['dataset']}, {report['documents']} | {name} | {recall:.4f} | {quality:.4f} | {latency:.3f} |",
                      flush=True)
                case = f"{name}: {report['dataset']}, {report['documents']} documents"
                rows += [row(case, "recall@10", "", recall), row(case, "ndcg@10", "", quality),
                         row(case, "index search p50", "ms", latency)]
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
