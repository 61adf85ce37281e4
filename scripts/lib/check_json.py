"""Validates documents against the schemas of Fixtures/schema; see scripts/check-json."""
import json
import pathlib
import sys

import jsonschema


def validator(fixtures, name):
    schema = json.loads((fixtures / "schema" / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def findings(validator, text):
    try:
        document = json.loads(text)
    except ValueError as error:
        return [f"not JSON: {error}"]
    found = sorted(validator.iter_errors(document), key=lambda error: [str(part) for part in error.absolute_path])
    return [f"/{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in found]


def check(fixtures, name, paths):
    rules = validator(fixtures, name)
    bad = 0
    for path in paths:
        text = sys.stdin.read() if path == "-" else pathlib.Path(path).read_text(encoding="utf-8")
        for finding in findings(rules, text):
            print(f"{path}: {finding}")
            bad = 1
    return bad


def examples(fixtures):
    bad = 0
    counts = {True: 0, False: 0}
    for schema in sorted((fixtures / "schema").glob("*.schema.json")):
        name = schema.name.removesuffix(".schema.json")
        rules = validator(fixtures, name)
        for path, good in [(path, "invalid" not in path.parts) for path in sorted((fixtures / "examples").rglob(f"{name}*.json"))]:
            found = findings(rules, path.read_text(encoding="utf-8"))
            counts[good] += 1
            if good and found:
                print(f"{path.name}: {'; '.join(found)}")
                bad = 1
            if not good and not found:
                print(f"{path.name}: passes, and must not")
                bad = 1
        if not (fixtures / "examples" / f"{name}.json").is_file():
            print(f"{schema.name}: has no example {name}.json")
            bad = 1
    print(f"check-json: {counts[True]} examples valid, {counts[False]} invalid ones refused" if not bad else "check-json: failed")
    return bad


def main(fixtures, arguments):
    if arguments[0] == "--examples":
        return examples(fixtures)
    if len(arguments) < 2:
        print("a schema and a file are due (see scripts/check-json --help)", file=sys.stderr)
        return 64
    return check(fixtures, arguments[0], arguments[1:])


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2:]))
