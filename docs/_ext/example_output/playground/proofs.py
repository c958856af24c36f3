"""Which examples run in the reader's browser: the part that pages need.

:mod:`.prover` finds it out.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from example_output.example import Example
from example_output.exercise import Exercise
from example_output.files import write_atomically
from example_output.folder import Folder
from example_output.gate import Gate
from example_output.metadata import ExampleError
from example_output.playground.runtime import (
    PAGES,
    Release,
    Runtime,
    how_it_runs,
)
from example_output.recording.evidence import digest, load
from example_output.transcript import read_recording

NAME = "playground.json"
"""The committed file with the proofs, in the examples folder."""
_NOTHING = ["", "", "", ""]


class Proofs:
    """The committed file that says which examples are proven to run in browsers.

    Each release of the runtime has its own: ``playground-3.13.json``.  The digest of a
    proof covers the example and the code that runs it.
    """

    def __init__(self, folder: Folder, release: Release = PAGES) -> None:
        self.folder = folder
        self.release = release
        name = NAME if release == PAGES else f"playground-{release.minor}.json"
        self.path = folder.settings.folder / name
        # Pages ask for each of them several times, and each digest reads the files.
        self._reasons: dict[str, str | None] = {}

    @cached_property
    def entries(self) -> dict[str, list[str]]:
        """For each example a digest, why it does not run, and the same of its steps.

        A reason is empty if there is none.
        """
        return load(self.path, _fits)

    def reason(self, example: Example) -> str | None:
        """Why it does not run there; empty if it does, ``None`` if unknown."""
        if example.name not in self._reasons:
            self._reasons[example.name] = self._reason(example)
        return self._reasons[example.name]

    def _reason(self, example: Example) -> str | None:
        if example.name not in self.entries:
            return None
        known, reason, _, _ = self.entries[example.name]
        with suppress(ExampleError):  # the gate reports it
            if known == self.digest(example):
                return reason
        return None

    def digest(self, example: Example) -> str:
        """A digest of everything that the proof depends on."""
        return digest(
            example, self.folder.recordings(example), how_it_runs(self.release)
        )

    def steps(self, example: Example) -> str:
        """The text of its recorded steps; empty if there are none that hold."""
        _, _, known, _ = self.entries.get(example.name, _NOTHING)
        if not known:
            return ""
        try:
            text = example.steps.read_text("utf-8").replace("\r\n", "\n")
        except OSError:
            return ""
        with suppress(ExampleError):
            return text if known == self.digest_of_steps(example, text) else ""
        return ""

    def digest_of_steps(self, example: Example, text: str) -> str:
        """A digest of steps, and of what they depend on, but for the code that runs it.

        So a change of that code cannot change them unnoticed.
        """
        return digest(example, self.folder.recordings(example), text)

    def text(
        self, reasons: Mapping[str, str], steps: Mapping[str, tuple[str, str]]
    ) -> str:
        """The file's text; what is known of other examples stays in it.

        :param steps: for each example with steps their digest and nothing, for others
            nothing and why there are none.
        """
        kept = {n: e for n, e in self.entries.items() if n in self.folder.examples}
        entries = kept | {
            name: [
                self.digest(self.folder.examples[name]),
                reason,
                *steps.get(name, ("", "")),
            ]
            for name, reason in reasons.items()
        }
        lines = [f"{json.dumps(n)}: {json.dumps(entries[n])}" for n in sorted(entries)]
        return "{\n" + ",\n".join(lines) + "\n}\n"


def _fits(entry: object) -> bool:
    """Whether it is a digest and a reason, twice."""
    return (
        isinstance(entry, list)
        and len(entry) == len(_NOTHING)
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
    gate = Gate(proofs.folder, runtime.release.python)
    expected: dict[str, dict[str, Any]] = {}
    for example in gate.folder.examples.values():
        recording = gate.recording(example)
        if recording and proofs.reason(example) == "":
            run = read_recording(recording.read(), example.command)
            expected[example.name] = {"output": run.plain, "status": run.status}
            checks = Exercise(gate.folder, example).path
            if checks.is_file():
                expected[example.name]["checks"] = checks.read_text("utf-8")
    programs = {
        name: gate.folder.examples[name].source.decode("utf-8") for name in expected
    }
    _write(folder / "expected.json", json.dumps(expected, **_FORM))
    _write(folder / "programs.json", json.dumps(programs, **_FORM))
    for name, example in gate.folder.examples.items():
        if text := proofs.steps(example):
            path = folder.parent / address_of_steps(name, text).partition("?")[0]
            path.parent.mkdir(parents=True, exist_ok=True)
            rows = ",\n".join(text.splitlines())
            _write(path, f"exampleOutput.addSteps({json.dumps(name)}, [\n{rows}\n]);\n")


def address_of_steps(name: str, text: str) -> str:
    """Where the steps of an example are, beside the scripts of a site.

    As Sphinx does, it names the content, so that no browser shows old ones.

    :param text: those that :meth:`Proofs.steps` returns.
    """
    content = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"steps/{name.removesuffix('.py')}.js?v={content}"


_FORM: dict[str, Any] = {"ensure_ascii": False, "sort_keys": True}


def _write(path: Path, text: str) -> None:
    """Write a file, unless it is the same already."""
    if not path.is_file() or path.read_text("utf-8") != text:
        write_atomically(path, text)
