"""Makes a tree of small Python functions whose words come from the standard library's identifiers, the same every time for
one Python: a large index without a large download. Standard library only."""

import ast
import pathlib
import random
import re
import sysconfig

FUNCTIONS_A_FILE = 50


def words():
    """The parts of identifiers of the standard library, the frequent ones more often, as code has them."""
    found = []
    for path in sorted(pathlib.Path(sysconfig.get_paths()["stdlib"]).glob("*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                found += re.findall("[a-z]{3,}", node.name.lower())
    return found


def write(folder, count):
    """Writes `count` functions below the folder, fifty a file, and returns the folder."""
    folder, vocabulary, chance = pathlib.Path(folder), words(), random.Random(7)

    def several(number):
        return [chance.choice(vocabulary) for _ in range(number)]

    for first in range(0, count, FUNCTIONS_A_FILE):
        functions = []
        for number in range(first, min(first + FUNCTIONS_A_FILE, count)):
            name, argument, result = "_".join(several(2)), chance.choice(vocabulary), chance.choice(vocabulary)
            functions.append(
                f"def {name}_{number}({argument}_value):\n"
                f'    """{" ".join(several(6)).capitalize()}."""\n'
                f"    {result}_item = {'_'.join(several(2))}({argument}_value)\n"
                f"    return {result}_item.{chance.choice(vocabulary)}()\n")
        path = folder / f"part{first // 10_000:03}" / f"file{first // FUNCTIONS_A_FILE:05}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(functions), encoding="utf-8")
    return folder
