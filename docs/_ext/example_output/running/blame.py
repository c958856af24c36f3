"""Find the line of an example that has caused a difference."""

import re
from collections.abc import Collection

from example_output.example import Example
from example_output.running.imports import FEWEST, find_names, find_parts, find_text
from example_output.settings import Settings
from example_output.transcript import first_difference


def blame(
    settings: Settings,
    example: Example,
    recorded: str,
    actual: str,
    names: Collection[str] = (),
) -> str:
    """The line of an example that most likely caused a difference, as ``file:line``.

    :param names: what the program may have asked for, in place of printing a text.
    """
    lines = example.source.decode("utf-8", "replace").split("\n")
    number = first_difference(recorded, actual)
    if example.is_session:
        line, commands = 1, list(example.commands)
        for row in actual.split("\n")[:number]:
            if commands and row == commands[0].shown[0]:
                line = commands.pop(0).line
        return f"{settings.shown(example.path)}:{line}"
    printed = (actual.split("\n") + [""] * number)[number - 1].strip()
    if printed.startswith("[exit status"):  # which it has not printed
        printed = ""
    inside = example.path.relative_to(example.root).as_posix()  # as tracebacks name it
    frames = re.findall(rf'File "{re.escape(inside)}", line (\d+)', actual)
    found = find_text(example.source, printed) if printed else []
    found += [n for n, line in enumerate(lines, 1) if printed and printed in line]
    if names and len(printed) < FEWEST:  # anything has a digit in it
        found = []
    if not printed.startswith('File "'):
        found += find_parts(example.source, printed)
    found += [*find_names(example.source, names), *map(int, frames[-1:]), 1]
    return f"{settings.shown(example.path)}:{found[0]}"
