"""Compares our tokenizer's ids with PyPI's `tokenizers` over every Unicode scalar, random text and source code."""

import argparse
import glob
import os
import random
import sys
import sysconfig

import tokenizers
from tokenizers import Tokenizer

sys.path[:0] = [os.path.dirname(__file__), os.path.join(os.path.dirname(__file__), "../../scripts/reference")]
from ours import Ours  # noqa: E402
from texts import fixture_texts, function, prose, scalars  # noqa: E402

LIMIT = 256


def every_scalar():
    """Each scalar between letters, and after a letter with a mark, a few dozen to a string."""
    part = []
    for scalar in range(0x110000):
        if 0xD800 <= scalar < 0xE000:
            continue
        part.append(f"a{chr(scalar)}b {chr(scalar)}\u0301")
        if len(part) == 16:
            yield " ".join(part)
            part = []
    yield " ".join(part)


def source_code(count):
    """Pieces of the Python library that runs this script."""
    made = 0
    for path in sorted(glob.glob(sysconfig.get_path("stdlib") + "/**/*.py", recursive=True)):
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        for start in range(0, len(text), 500):
            yield text[start : start + 500]
            made += 1
            if made == count:
                return


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--cache")
    parser.add_argument("--count", type=int, default=20_000, help="strings of each random kind")
    options = parser.parse_args()
    model = os.environ["CODEINTEL_MODEL_DIR"]
    reference = Tokenizer.from_file(model + "/tokenizer.json")
    reference.no_padding()
    reference.enable_truncation(LIMIT)
    ours = Ours(options.binary, model, 1)
    rng = random.Random(5)
    corpora = {
        "fixture": (text for _, text in fixture_texts(rng)),
        "every scalar": every_scalar(),
        "random scalars": (scalars(rng, rng.randrange(1, 120)) for _ in range(options.count)),
        "prose": (prose(rng, 1 + i % 5) for i in range(options.count)),
        "generated code": (function(rng, 1 + i % 8) for i in range(options.count)),
        "source code": source_code(options.count),
    }
    strings = differing = ids = 0
    for name, texts in corpora.items():
        texts = list(texts)
        wrong = 0
        for start in range(0, len(texts), 1000):
            part = texts[start : start + 1000]
            expected = [encoding.ids for encoding in reference.encode_batch(part)]
            found = ours.ask(action="ids", texts=part)["ids"]
            for text, left, right in zip(part, expected, found, strict=True):
                ids += len(left)
                if left != right:
                    wrong += 1
                    if wrong <= 3:
                        print(f"{name}: {text[:80]!r}\n  expected {left[:20]}\n  found    {right[:20]}")
        print(f"{name}: {len(texts)} strings, {wrong} differ", flush=True)
        strings += len(texts)
        differing += wrong
    ours.close()
    print(f"tokenizers {tokenizers.__version__}: {strings} strings, {ids} ids, {differing} strings differ")
    sys.exit(1 if differing else 0)


main()
