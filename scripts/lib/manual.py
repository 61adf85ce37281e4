"""Manual pages of a command line from its own description; see scripts/manual."""

import json
import pathlib
import subprocess
import sys

COMPLETIONS = {"bash": "share/bash-completion/completions/codeintel", "zsh": "share/zsh/site-functions/_codeintel",
               "fish": "share/fish/vendor_completions.d/codeintel.fish"}


def escaped(text):
    """Text as roff shows it: dashes that can be copied, no line that begins like a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\n".join("\\&" + line if line.startswith(".") else line for line in text.splitlines())


def sentence(text):
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else text + "."


def flag(name):
    dashes = "--" if name["kind"] == "long" else "-"
    return f"\\fB{escaped(dashes + name['name'])}\\fR"


def value(argument):
    return f"\\fI{escaped(argument['valueName'])}\\fR"


def term(argument):
    """How an argument is written: -q, --quiet, or --limit limit."""
    if argument["kind"] == "positional":
        return value(argument)
    names = sorted(argument["names"], key=lambda name: name["kind"] == "long")
    return ", ".join(map(flag, names)) + (f" {value(argument)}" if argument["kind"] == "option" else "")


def synopsis(argument):
    text = value(argument) if argument["kind"] == "positional" else flag(argument["preferredName"])
    if argument["kind"] == "option":
        text += f" {value(argument)}"
    if argument["isRepeating"]:
        text += " ..."
    return f"[{text}]" if argument["isOptional"] else text


def described(argument):
    lines = [".TP", term(argument), escaped(argument.get("abstract") or "The program says no more of it.")]
    if values := argument.get("allValues"):
        lines.append(escaped(f"One of {', '.join(values)}."))
    if "defaultValue" in argument and argument["kind"] == "option":
        lines.append(escaped(f"Default: {argument['defaultValue']}."))
    return lines


def entry(head, *said):
    return [".TP", f"\\fB{escaped(head)}\\fR", *map(escaped, said)]


def page(command, path, version, contract, names):
    """One page, as lines."""
    name = "-".join(path)
    shown = [argument for argument in command.get("arguments", []) if argument["shouldDisplay"]]
    subcommands = [child for child in command.get("subcommands", []) if child["shouldDisplay"] and child["commandName"] != "help"]
    lines = [f".TH {name.upper()} 1 \"\" \"codeintel {version}\" \"Commands\"", ".nh", ".SH NAME",
             f"{escaped(name)} \\- {escaped(command['abstract'].rstrip('.'))}", ".SH SYNOPSIS",
             f"\\fB{escaped(' '.join(path))}\\fR", *map(synopsis, shown)]
    if subcommands:
        lines += ["\\fIcommand\\fR ..."]
    if discussion := command.get("discussion"):
        lines += [".SH DESCRIPTION", *"\n.PP\n".join(map(escaped, discussion.split("\n\n"))).splitlines()]
    if subcommands:
        lines.append(".SH COMMANDS")
        for child in subcommands:
            lines += entry(" ".join([*path, child["commandName"]]), child["abstract"])
    if shown:
        lines.append(".SH OPTIONS")
        for argument in shown:
            lines += described(argument)
    if len(path) == 1:
        lines.append(".SH ENVIRONMENT")
        for variable in contract["environment"]:
            lines += entry(variable["name"], sentence(variable["effect"]),
                           f"Values: {variable['values']}; default: {variable['default']}.")
    lines.append(".SH EXIT STATUS")
    for code in contract["exit_codes"]:
        lines += entry(str(code["code"]), sentence(code["meaning"]))
    parent = "-".join(path[:-1])
    others = [other for other, (of, _) in names.items()
              if other != name and (other == parent or of[:-1] == path or (len(path) > 2 and of[:-1] == path[:-1]))]
    if others:
        lines += [".SH SEE ALSO", ",\n".join(f"\\fB{escaped(other)}\\fR(1)" for other in others)]
    return lines


def commands(command, path=()):
    path = (*path, command["commandName"])
    yield list(path), command
    for child in command.get("subcommands", []):
        if child["shouldDisplay"] and child["commandName"] != "help":
            yield from commands(child, path)


def main(program, contract, *arguments):
    def ask(*question):
        return subprocess.run([program, *question], check=True, text=True, stdout=subprocess.PIPE).stdout

    contract = json.loads(pathlib.Path(contract).read_text())
    version = ask("--version").strip()
    names = {"-".join(path): (path, command)
             for path, command in commands(json.loads(ask("--experimental-dump-help"))["command"])}
    pages = {name: "\n".join(page(command, path, version, contract, names)) + "\n" for name, (path, command) in names.items()}
    if not arguments:
        print("\n".join(pages))
    elif arguments[0] == "--into":
        root = pathlib.Path(arguments[1])
        for name, text in pages.items():
            write(root / "share/man/man1" / f"{name}.1", text)
        for shell, place in COMPLETIONS.items():
            write(root / place, ask("--generate-completion-script", shell))
    elif arguments[0] in pages:
        print(pages[arguments[0]], end="")
    else:
        sys.exit(f"error: there is no page {arguments[0]}; the pages are {', '.join(pages)}")


def write(place, text):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    print(place)


main(*sys.argv[1:])
