"""A list of notes."""

import argparse
import sys
from pathlib import Path

FILE = Path("notes.txt")


def main():
    """Run a command."""
    parser = argparse.ArgumentParser("notes", description="Keep a list.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("add", help="add a line").add_argument("text")
    commands.add_parser("done", help="remove a line").add_argument("number", type=int)
    commands.add_parser("list", help="show all lines")
    commands.add_parser("import", help="add the lines of standard input")
    given = parser.parse_args()
    lines = FILE.read_text("utf-8").splitlines() if FILE.exists() else []
    if given.command == "add":
        lines.append(given.text)
    elif given.command == "import":
        lines += sys.stdin.read().splitlines()
    elif given.command == "done":
        if given.number > len(lines):
            sys.exit(f"notes: there is no line {given.number}")
        del lines[given.number - 1]
    else:
        for number, line in enumerate(lines, 1):
            print(number, line)
    FILE.write_text("".join(f"{line}\n" for line in lines), "utf-8")
