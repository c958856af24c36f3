"""Record what readers may paste: run ``pasted.toml`` on every Python that is here.

``python tests/record_pasted.py`` writes ``pasted.json``: a program, a Python, and all
that the program prints there.  Equal outputs are kept once.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from example_output.conf_file import read_settings
from example_output.example import Example
from example_output.folder import Folder
from example_output.playground.prover import Prover
from example_output.playground.runtime import RELEASES, Runtime, folder_of
from example_output.running.interpreter import InterpreterError, find_interpreter

HERE = Path(__file__).parent
FOLDER = "/home/ana/app"


def programs() -> dict[str, dict[str, Any]]:
    """The programs, by their names."""
    return tomllib.loads((HERE / "pasted.toml").read_text("utf-8"))


def installed(python: str) -> Iterator[tuple[str, str]]:
    """What each program prints on a Python that is installed."""
    executable = find_interpreter(python).executable
    for name, item in programs().items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"{name}.py")
            path.write_text(item["program"].lstrip(), "utf-8")
            done = subprocess.run(
                [executable, path],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                timeout=60,
            )
            yield name, _as_elsewhere(done.stdout).replace(folder, FOLDER)


def _as_elsewhere(output: str) -> str:
    """Without the place of this machine's Pythons."""
    return re.sub(r"[^\" ]*/lib(?=/python3\.\d+/)", "/usr/lib", output)


def for_webassembly(python: str) -> Iterator[tuple[str, str]]:
    """What each program prints on a Python that is built for WebAssembly."""
    release = RELEASES[python]
    runtime = Runtime(folder_of(release, HERE.parent / ".playground"), release)
    if not runtime.is_ready:
        return
    with tempfile.TemporaryDirectory() as folder:
        for name, item in programs().items():
            Path(folder, f"{name}.py").write_text(item["program"].lstrip(), "utf-8")
        examples = [Example(Path(folder), f"{name}.py") for name in programs()]
        prover = Prover(runtime, Folder(read_settings(HERE.parent)))
        for example, run in prover.run(examples):
            yield example.path.stem, run.output.replace(folder, FOLDER)


def main(pythons: list[str]) -> None:
    """Write the recordings."""
    found: list[dict[str, str]] = []
    for python in pythons:
        try:
            outputs = list(installed(python))
        except InterpreterError:
            outputs = list(for_webassembly(python))
        for name, output in outputs:
            # Addresses differ between runs.
            text = re.sub(r"0x[0-9a-f]{6,}", "0x7f10c2a4b5d0", output)
            if not any(item["text"] == text for item in found):
                found.append({"program": name, "python": python, "text": text})
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (HERE / "pasted.json").write_text(text + "\n", "utf-8")
    print(len(found), "recorded")


if __name__ == "__main__":
    main(sys.argv[1:] or ["3.11", "3.12", "3.13", "3.14", "3.15"])
