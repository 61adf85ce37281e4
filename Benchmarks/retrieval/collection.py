"""Makes a judged collection in the BEIR layout from Python's standard library: a function's first documentation
paragraph is the question, the function without it the document. Standard library only."""

import ast
import json
import pathlib
import sysconfig


def functions(root):
    for path in sorted(pathlib.Path(root).rglob("*.py")):
        if {"test", "tests", "site-packages", "idlelib"} & set(path.parts):
            continue
        try:
            text = path.read_text(encoding="utf-8")
            tree = ast.parse(text)
        except (SyntaxError, UnicodeDecodeError, ValueError):
            continue
        lines = text.splitlines()
        for node in ast.walk(tree):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            yield f"{path.relative_to(root)}:{node.name}:{node.lineno}", node, lines


def write(folder):
    """Writes the collection and returns its folder."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    documents, questions, judgments = [], [], ["query-id\tcorpus-id\tscore"]
    for name, node, lines in functions(sysconfig.get_paths()["stdlib"]):
        body = lines[node.lineno - 1:node.end_lineno]
        documentation = ast.get_docstring(node)
        if documentation and isinstance(node.body[0], ast.Expr):
            first = node.body[0]
            body = lines[node.lineno - 1:first.lineno - 1] + lines[first.end_lineno:node.end_lineno]
            paragraph = " ".join(documentation.split("\n\n")[0].split())
            # Every eighth question is enough, and more would only take longer.
            if len(paragraph.split()) >= 4 and len(documents) % 8 == 0:
                questions.append({"_id": f"q{len(questions)}", "text": paragraph})
                judgments.append(f"q{len(questions) - 1}\t{name}\t1")
        documents.append({"_id": name, "title": "", "text": "\n".join(body)})
    for name, rows in (("corpus.jsonl", documents), ("queries.jsonl", questions)):
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "qrels.tsv").write_text("\n".join(judgments) + "\n", encoding="utf-8")
    return folder
