"""Judged collections in the BEIR layout, what a run found in them, and nDCG."""

import json
import math


def ndcg(ranking, grades):
    """nDCG@10 as trec_eval computes it: the grade is the gain."""
    gain = sum(grades.get(name, 0) / math.log2(place + 2) for place, name in enumerate(ranking[:10]))
    ideal = sum(grade / math.log2(place + 2) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:10]))
    return gain / ideal if ideal else 0.0


def load(folder, judgments="qrels.tsv"):
    """Documents, judged questions and their grades above 0 of a folder in the BEIR layout."""

    def lines(name):
        return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines() if line]

    grades = {}
    for line in (folder / judgments).read_text().splitlines():
        parts = line.split("\t")
        if len(parts) == 3 and parts[2].lstrip("-").isdigit() and int(parts[2]) > 0:
            grades.setdefault(parts[0], {})[parts[1]] = int(parts[2])
    questions = [question for question in lines("queries.jsonl") if question["_id"] in grades]
    return lines("corpus.jsonl"), questions, {question["_id"]: grades[question["_id"]] for question in questions}


def found(path):
    """The documents of each question in the order of their ranks, by channel, from a file of `codeintel eval --runs`."""
    lists = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        question, _, document, _, _, channel = line.split()
        lists.setdefault(channel, {}).setdefault(question, []).append(document)
    return lists
