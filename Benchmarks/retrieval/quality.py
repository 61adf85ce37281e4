"""Runs `codeintel eval` over folders in the BEIR layout and prints the tables of docs/retrieval.md; see ./run."""

import argparse
import json
import pathlib
import subprocess


def print_ablation(reports):
    """A row a set of channels and method: nDCG@10 of each collection, and what the worst and the mean difference are."""
    columns = {}
    for report in reports:
        for row in report["ablation"]["rows"]:
            columns.setdefault((", ".join(row["channels"]), row["method"]), []).append(row)
    names = " | ".join(report["dataset"] for report in reports)
    print(f"\n| fused | method | {names} | mean | worst against the best alone | mean against it |")
    print("|---" * (len(reports) + 5) + "|")
    for (channels, method), rows in columns.items():
        values = [row["metrics"]["ndcg@10"] for row in rows]
        differences = [row["ndcg@10"]["difference"] for row in rows]
        cells = " | ".join(f"{value:.4f}" for value in values)
        print(f"| {channels} | {method} | {cells} | {sum(values) / len(values):.4f} | {min(differences):+.4f} | "
              f"{sum(differences) / len(differences):+.4f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--channels", default="faiss,coderank_faiss,bm25,splade")
    parser.add_argument("--weights")
    parser.add_argument("--k")
    parser.add_argument("--fusion", choices=["rrf", "relative"])
    parser.add_argument("--ablation", action="store_true", help="also the fusion of every set of the channels, by each method")
    parser.add_argument("--json")
    parser.add_argument("--runs-folder", help="also keep what each channel found, in the run format of trec_eval")
    parser.add_argument("datasets", nargs="+")
    arguments = parser.parse_args()
    reports, means = [], {}
    for dataset in arguments.datasets:
        command = [arguments.binary, "eval", dataset, "--channels", arguments.channels, "--json", "--quiet"]
        if arguments.ablation:
            command.append("--ablation")
        for flag in ("weights", "k", "fusion"):
            if getattr(arguments, flag):
                command += [f"--{flag}", getattr(arguments, flag)]
        if arguments.runs_folder:
            command += ["--runs", f"{arguments.runs_folder}/{pathlib.Path(dataset).name}.trec"]
        reports.append(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))
    print("| collection | system | nDCG@10 | MRR@10 | R@100 | MAP | fused minus it, 95 % interval |\n|---|---|---|---|---|---|---|")
    for report in reports:
        differences = {part["channel"]: part["ndcg@10"] for part in report["comparisons"]}
        for name, metrics in [*report["channels"].items(), ("fused", report["fused"])]:
            means.setdefault(name, []).append(metrics["ndcg@10"])
            part = differences.get(name)
            interval = f"{part['difference']:+.4f} ({part['lower']:+.4f} to {part['upper']:+.4f})" if part else ""
            print(f"| {report['dataset']} | {name} | {metrics['ndcg@10']:.4f} | {metrics['mrr@10']:.4f} | "
                  f"{metrics['recall@100']:.4f} | {metrics['map']:.4f} | {interval} |")
    for name, values in means.items():
        print(f"| mean of {len(values)} | {name} | {sum(values) / len(values):.4f} | | | | |")
    if arguments.ablation:
        print_ablation(reports)
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(reports, indent=1) + "\n")


if __name__ == "__main__":
    main()
