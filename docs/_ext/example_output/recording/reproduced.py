"""On what each output has been reproduced, in a committed file.

Only ``make matrix`` writes it: ``pytest --example-matrix`` for axes and the Pythons on
this machine, :mod:`example_output.playground` for others.  Each entry contains a digest
of the program, its files and the recording that the run was compared with, and counts
as long as they are unchanged.
"""

import contextlib
import json
from collections.abc import Iterator
from functools import cached_property

from example_output.example import Example
from example_output.files import write_atomically
from example_output.folder import Folder, Recording
from example_output.gate import Gate
from example_output.metadata import ExampleError
from example_output.recording.evidence import digest, load

NAME = "reproduced.json"
"""The file's name, in the examples folder."""


def cell_of(gate: Gate) -> str:
    """What a gate's runs are noted under: its axis, or its minor version of Python."""
    return gate.axis or f"{gate.version.major}.{gate.version.minor}"


class Reproduced:
    """The file, and what a session adds to it.

    :param also: a version of Python that examples are tried on, too.  If it is none of
        the project's, what is noted of it is not written.
    """

    def __init__(self, folder: Folder, also: str = "") -> None:
        self.folder = folder
        self.path = folder.settings.folder / NAME
        self.cells = folder.settings.cells
        axes = dict(folder.settings.axes)
        self._gates = {
            cell: Gate(folder, axes.get(cell, cell), cell if cell in axes else "")
            for cell in dict.fromkeys([*self.cells, *filter(None, [also])])
        }
        # Pages ask for each of them a dozen times, and each digest reads the files.
        self._reasons: dict[tuple[str, str], str | None] = {}

    @cached_property
    def entries(self) -> dict[str, dict[str, list[str]]]:
        """For each example and cell, a digest, and why it was not run; empty if it was.

        A cell is a minor version of Python, or an axis.
        """
        return load(self.path, _fits)

    def reason(self, example: Example, cell: str) -> str | None:
        """Why it was not run; empty if it was reproduced, ``None`` if unknown.

        :param cell: one of :attr:`cells`.
        """
        key = (example.name, cell)
        if key not in self._reasons:
            self._reasons[key] = self._reason(example, cell)
        return self._reasons[key]

    def _reason(self, example: Example, cell: str) -> str | None:
        with contextlib.suppress(ExampleError):  # the gate reports it
            if reason := self._gates[cell].inapplicable(example):
                return reason
            known, reason = self.entries.get(example.name, {}).get(cell, ("", ""))
            if known == self._digest(example, cell):
                return reason
        return None

    def recording(self, example: Example, cell: str) -> Recording | None:
        """What it should print there."""
        return self._gates[cell].recording(example)

    def _digest(self, example: Example, cell: str) -> str:
        recording = self.recording(example, cell)
        return digest(example, [recording] if recording else [])

    def pythons(self, example: Example) -> list[str]:
        """The minor versions, oldest first, on which its output was reproduced."""
        axes = dict(self.folder.settings.axes)
        return [
            cell
            for cell in self.cells
            if cell not in axes and self.reason(example, cell) == ""
        ]

    def missing(self, example: Example) -> Iterator[str]:
        """Yield the cells that have neither a run nor a reason."""
        for cell in self.cells:
            if self.reason(example, cell) is None:
                yield cell

    def note(self, example: Example, cell: str, reason: str | None = "") -> None:
        """Note a run, or why there is none.

        :param reason: empty if it printed what is recorded, ``None`` if it did not.
        """
        self._reasons.pop((example.name, cell), None)
        entry = self.entries.setdefault(example.name, {})
        if reason is None:
            entry.pop(cell, None)
        else:
            entry[cell] = [self._digest(example, cell), reason]

    def write(self) -> bool:
        """Write the file if it has changed, without what no longer exists."""
        lines = [
            f"{json.dumps(name)}: {json.dumps(kept)}"
            for name, entry in sorted(self.entries.items())
            if name in self.folder.examples
            and (kept := {cell: entry[cell] for cell in self.cells if cell in entry})
        ]
        if not (lines or self.path.is_file()):
            return False
        text = "{\n" + ",\n".join(lines) + "\n}\n"
        old = self.path.read_text("utf-8") if self.path.is_file() else ""
        if old.replace("\r\n", "\n") == text:
            return False
        write_atomically(self.path, text)
        return True


def _fits(entry: object) -> bool:
    """Whether it is pairs of a digest and a reason, by cells."""
    return isinstance(entry, dict) and all(
        isinstance(cell, list)
        and len(cell) == 2
        and all(isinstance(part, str) for part in cell)
        for cell in entry.values()
    )
