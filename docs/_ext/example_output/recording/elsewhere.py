"""Say what in an output belongs to one day or one machine and cannot be recorded."""

import os
import platform
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from example_output.example import Example
from example_output.gate import Gate
from example_output.startup.elsewhere import HOST, MORE_CORES, USER

CONDITIONS = {
    "clock": "a clock that is 400 days ahead",
    "machine": "another host name, user and number of cores",
    "place": "another folder, home and temporary folder, with longer names",
}
"""What a run has, by the names of :data:`.running.job.ELSEWHERE`."""


def why_different(conditions: tuple[str, ...], line: str) -> str:
    """Why a run under other conditions printed another line.

    :param conditions: those of the run.
    :param line: what it printed.
    """
    if "clock" in conditions:
        return "it prints a date or a time of day"
    cores = (os.cpu_count() or 1) + MORE_CORES
    causes = {
        HOST: "it prints the name of this machine, or of its system",
        USER: "it prints the name of the user",
        "another-(home|folder)": "it prints the name of its folder",
        rf"\b{cores}\b": "it prints the number of cores",
    }
    found = (cause for text, cause in causes.items() if re.search(text, line))
    return next(found, "its output depends on the machine or on the folder")


def local_texts(gate: Gate) -> Iterator[tuple[str, str]]:
    """Yield texts that only this machine prints, and what each of them is.

    Runs cannot tell: these are the same for all that one machine makes.
    """
    home = str(Path.home())
    for path, what in (
        (str(gate.settings.base), "the folder of this project"),
        (str(gate.settings.folder), "the folder of this project"),
        (os.getcwd(), "the folder of this project"),
        (home, "the home folder of this machine's user"),
        (sys.prefix, "the folder of this machine's Python"),
        (sys.base_prefix, "the folder of this machine's Python"),
    ):
        # /usr is on every machine.
        if path.count(os.sep) > 1 or path == home != os.sep:
            yield path, what
    if platform.node() not in ("", "localhost"):
        yield platform.node(), "the name of this machine"
    yield str(gate.version), "the patch release of Python"
    yield f"micro={gate.version.micro}", "the patch release of Python"


def find_local(gate: Gate, example: Example, output: str) -> tuple[str, str] | None:
    """The first line of an output that names this machine, and what it names.

    What the program itself contains is no text of this machine.
    """
    own = b"\n".join(path.read_bytes() for path in example.files)
    for text, what in local_texts(gate):
        if text.encode() not in own and (line := _line_with(text, output)):
            return line, what
    return None


def _line_with(text: str, output: str) -> str:
    """The line that contains a text as a whole word."""
    word = re.compile(rf".*(?<![\w.-]){re.escape(text)}(?![\w-]|\.\d).*")
    found = word.search(output)
    return found[0] if found else ""
