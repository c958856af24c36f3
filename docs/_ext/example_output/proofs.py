"""Which examples run in the reader's browser, and what they run in.

What builds need of that; :mod:`.browser` fetches the runtime and finds out.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from example_output.cache import write_atomically
from example_output.example import Example, ExampleError
from example_output.gate import Gate
from example_output.transcript import read_recording

PYODIDE = "314.0.7"
"""Pinned: internals of it are in use."""
PYTHON = "3.14.2"
"""The Python that it is."""
INTEGRITY = (
    "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi"
    "/6V5JEsOlD2R1A=="
)
"""Of the package, as the npm registry gives it and package-lock.json files keep it."""
SOURCES = Path(__file__).with_name("playground")
# What decides how a program runs there.
_RUNS = PYODIDE + "".join(
    hashlib.sha256((SOURCES / name).read_bytes()).hexdigest()
    for name in ("prepare.py", "run.js", "library.py")
)
NAME = "browser.json"
"""The committed file that says which examples run there, in the examples folder."""


def fingerprint() -> str:
    """A digest of all that a runtime is made of."""
    total = hashlib.sha256(f"{PYODIDE} {INTEGRITY}".encode())
    for path in sorted(SOURCES.iterdir()):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()[:16]


class Runtime:
    """The files in a folder: ``raw``, for Node, and ``site``, for pages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.raw = self.folder / "raw"
        self.site = self.folder / "site"

    @property
    def is_ready(self) -> bool:
        """Whether it is there, and is made of what it would be made of now."""
        mark = self.folder / "fingerprint"
        return mark.is_file() and mark.read_text("utf-8") == fingerprint()


@dataclass(frozen=True)
class Proofs:
    """Which examples are proven to run in browsers: a committed file.

    An entry counts as long as the program, what it reads, its recordings, and what runs
    it are what they were.
    """

    gate: Gate

    @property
    def path(self) -> Path:
        """The file."""
        return self.gate.settings.folder / NAME

    @cached_property
    def entries(self) -> dict[str, list[str]]:
        """For each example a digest, and why it does not run: nothing if it does."""
        try:
            found: dict[str, list[str]] = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def reason(self, example: Example) -> str | None:
        """Why it does not run there: nothing if it does, ``None`` if unknown."""
        if example.name not in self.entries:
            return None
        known, reason = self.entries[example.name]
        with suppress(ExampleError):  # which the gate tells
            if known == self.digest(example):
                return reason
        return None

    def digest(self, example: Example) -> str:
        """A digest of everything that the proof is about."""
        recordings = [recording.path for recording in self.gate.recordings(example)]
        total = hashlib.sha256(_RUNS.encode())
        for path in (*example.files, *recordings):
            content = path.read_bytes().replace(b"\r\n", b"\n")
            total.update(f"{path.name} {len(content)}\n".encode() + content)
        return total.hexdigest()[:16]

    def text(self, reasons: Mapping[str, str]) -> str:
        """The file's text."""
        entries = {
            name: [self.digest(self.gate.examples[name]), reason]
            for name, reason in sorted(reasons.items())
        }
        lines = [f"{json.dumps(n)}: {json.dumps(entries[n])}" for n in entries]
        return "{\n" + ",\n".join(lines) + "\n}\n"


def publish(runtime: Runtime, proofs: Proofs, folder: Path) -> None:
    """Put what pages need of a runtime into a folder, and what is to be printed."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in runtime.site.iterdir():
        target = folder / source.name
        same = target.is_file() and target.stat().st_size == source.stat().st_size
        if not same or target.read_bytes() != source.read_bytes():
            shutil.copyfile(source, target)
    gate = Gate(proofs.gate.settings, replace(proofs.gate.interpreter, version=PYTHON))
    expected = {}
    for example in gate.examples.values():
        recording = gate.recording(example)
        if recording and proofs.reason(example) == "":
            run = read_recording(recording.read(), example.command)
            expected[example.name] = {"output": run.output, "status": run.status}
    text = json.dumps(expected, ensure_ascii=False, sort_keys=True)
    path = folder / "expected.json"
    if not path.is_file() or path.read_text("utf-8") != text:
        write_atomically(path, text)
