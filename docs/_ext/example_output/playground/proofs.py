"""Which examples run in the reader's browser: the part that pages need.

:mod:`.prover` finds it out.
"""

import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from example_output.evidence import digest, load
from example_output.example import Example
from example_output.files import write_atomically
from example_output.folder import Folder
from example_output.gate import Gate
from example_output.metadata import ExampleError
from example_output.playground.runtime import HOW_IT_RUNS, PYTHON, Runtime
from example_output.transcript import read_recording

NAME = "playground.json"
"""The committed file with the proofs, in the examples folder."""


class Proofs:
    """The committed file that says which examples are proven to run in browsers.

    The digest of a proof covers the example and the code that runs it.
    """

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.path = folder.settings.folder / NAME

    @cached_property
    def entries(self) -> dict[str, list[str]]:
        """For each example a digest, and why it does not run; empty if it does."""
        return load(self.path, _fits)

    def reason(self, example: Example) -> str | None:
        """Why it does not run there; empty if it does, ``None`` if unknown."""
        if example.name not in self.entries:
            return None
        known, reason = self.entries[example.name]
        with suppress(ExampleError):  # the gate reports it
            if known == self.digest(example):
                return reason
        return None

    def digest(self, example: Example) -> str:
        """A digest of everything that the proof depends on."""
        return digest(example, self.folder.recordings(example), HOW_IT_RUNS)

    def text(self, reasons: Mapping[str, str]) -> str:
        """The file's text."""
        entries = {
            name: [self.digest(self.folder.examples[name]), reason]
            for name, reason in sorted(reasons.items())
        }
        lines = [f"{json.dumps(n)}: {json.dumps(entries[n])}" for n in entries]
        return "{\n" + ",\n".join(lines) + "\n}\n"


def _fits(entry: object) -> bool:
    """Whether it is a digest and a reason."""
    return (
        isinstance(entry, list)
        and len(entry) == 2
        and all(isinstance(part, str) for part in entry)
    )


def publish(runtime: Runtime, proofs: Proofs, folder: Path) -> None:
    """Copy what pages need of a runtime into a folder, with the expected outputs."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in runtime.site.iterdir():
        target = folder / source.name
        same = target.is_file() and target.stat().st_size == source.stat().st_size
        if not same or target.read_bytes() != source.read_bytes():
            shutil.copyfile(source, target)
    gate = Gate(proofs.folder, PYTHON)
    expected = {}
    for example in gate.folder.examples.values():
        recording = gate.recording(example)
        if recording and proofs.reason(example) == "":
            run = read_recording(recording.read(), example.command)
            expected[example.name] = {"output": run.plain, "status": run.status}
    programs = {
        name: gate.folder.examples[name].source.decode("utf-8") for name in expected
    }
    _write(folder / "expected.json", expected)
    _write(folder / "programs.json", programs)


def _write(path: Path, content: object) -> None:
    """Write JSON, unless the file has it already."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    if not path.is_file() or path.read_text("utf-8") != text:
        write_atomically(path, text)
