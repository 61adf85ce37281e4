"""Writes what the reference tokenizer does with every Unicode scalar as a C table.

PyPI's `tokenizers` carries the Unicode data of several old standard versions, so no current library reproduces it;
asking it about each of the 1.1 million scalars does.
"""

import sys

from tokenizers import __version__
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

HANGUL = range(0xAC00, 0xD7A4)


def runs(scalars):
    found = []
    for scalar in scalars:
        if found and found[-1][1] == scalar - 1:
            found[-1][1] = scalar
        else:
            found.append([scalar, scalar])
    return found


def main(target):
    normalizer = BertNormalizer(lowercase=True, strip_accents=None, clean_text=True, handle_chinese_chars=False)
    splitter = BertPreTokenizer()
    removed, punctuation, single, several = [], [], [], []
    for scalar in range(0x80, 0x110000):
        if 0xD800 <= scalar < 0xE000 or scalar in HANGUL:
            continue
        text = chr(scalar)
        if len(splitter.pre_tokenize_str("a" + text + "b")) == 3:
            punctuation.append(scalar)
        result = [ord(c) for c in normalizer.normalize_str(text)]
        if not result:
            removed.append(scalar)
        elif len(result) > 1:
            several.append((scalar, result))
        elif result[0] != scalar:
            single.append((scalar, result[0]))

    # Case pairs lie side by side, one or two apart, with one distance to their partners: (first, last, step, distance).
    mapped = []
    for scalar, result in single:
        distance = result - scalar
        if mapped:
            first, last, step, old = mapped[-1]
            gap = scalar - last
            if old == distance and gap in (1, 2) and step in (0, gap):
                mapped[-1] = [first, scalar, gap, distance]
                continue
        mapped.append([scalar, scalar, 0, distance])
    for run in mapped:
        run[2] = run[2] or 1

    def table(name, kind, rows):
        lines, line = [], "   "
        for row in rows:
            if len(line) + len(row) > 117:
                lines.append(line)
                line = "   "
            line += " " + row + ","
        lines.append(line)
        return f"static const {kind} {name}[] = {{\n" + "\n".join(lines) + "\n};\n"

    with open(target, "w", encoding="ascii") as out:
        out.write(f"// Written by scripts/reference-vectors unicode from tokenizers {__version__}. Do not edit.\n\n")
        out.write("// Scalars that the normaliser drops: first, last.\n")
        out.write(table("ck_removed", "ck_range", (f"{{{a:#x}, {b:#x}}}" for a, b in runs(removed))))
        out.write("\n// Scalars that are words of their own: first, last.\n")
        out.write(table("ck_punctuation", "ck_range", (f"{{{a:#x}, {b:#x}}}" for a, b in runs(punctuation))))
        out.write("\n// Scalars replaced by one other: first, last, step, distance.\n")
        out.write(table("ck_mapped", "ck_shift", (f"{{{a:#x}, {b:#x}, {s}, {d}}}" for a, b, s, d in mapped)))
        out.write("\n// Scalars replaced by several: scalar, results.\n")
        rows = ("{%#x, {%s}}" % (a, ", ".join("%#x" % b for b in r)) for a, r in several)
        out.write(table("ck_several", "ck_expansion", rows))
    print(len(runs(removed)), len(runs(punctuation)), len(mapped), len(several), max(len(r) for _, r in several))


main(sys.argv[1])
