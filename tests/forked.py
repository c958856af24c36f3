"""Run ``python -m sphinx`` and ``python -m pytest`` without waiting for their imports.

A server imports their dependencies once; each command is a process forked from it, with
a folder, an environment, streams and an exit status of its own.  The extension is not
imported by the server: each process imports it as a new process would, from the same
path.
"""

import functools
import gc
import json
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sphinx.application import builtin_extensions

MODULES = {"sphinx", "pytest", "example_output"}
_PRELOADED = [
    "asyncio",
    "bs4",
    "docutils.core",
    "docutils.parsers.rst",
    "docutils.writers.latex2e",
    "filelock",
    "findpython",
    "jinja2.ext",
    "jinja2.sandbox",
    "myst_parser.sphinx_ext.main",
    "packaging.specifiers",
    "psutil",
    "pytest",
    "sphinx.cmd.build",
    "sphinx.ext.doctest",
    "sphinx.testing.util",
    *builtin_extensions,
]
# What the interpreter reads while it starts.
_AT_START = ("PYTHON", "LC_", "LANG")
_FREE = {"PYTHONPATH"}


def _at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(_AT_START) and name not in _FREE
    }


# That of the server, which starts with the first command.
_OF_THE_SERVER = _at_start(os.environ)


def can_fork(words: list[str], variables: dict[str, str]) -> bool:
    """Whether a forked process behaves like a new one for this command.

    Args:
        words: the command.
        variables: the differences from the environment of this process, which a test
            may have changed as well.
    """
    return (
        sys.platform != "win32"
        and words[:2] == [sys.executable, "-m"]
        and words[2] in MODULES
        and _at_start({**os.environ, **variables}) == _OF_THE_SERVER
    )


@functools.cache
def _plain_path() -> list[str]:
    """The import path of a new process, without its folder; this process has more."""
    code = "import json, sys; print(json.dumps(sys.path))"
    words = [sys.executable, "-P", "-c", code]
    without = {name: os.environ[name] for name in os.environ if name != "PYTHONPATH"}
    found: list[str] = json.loads(subprocess.check_output(words, env=without))
    return found


def run(
    words: list[str], folder: Path, environment: dict[str, str], timeout: float
) -> tuple[int, str]:
    """Run ``PYTHON -m MODULE …``; return its exit status and its output.

    Raises:
        subprocess.TimeoutExpired: after that many seconds; the process is killed.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    with tempfile.TemporaryDirectory() as name:
        output = Path(name, "output")
        process = context.Process(
            target=_become,
            args=(words[2:], str(folder), environment, _plain_path(), str(output)),
        )
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(words, timeout)
        return process.exitcode, output.read_text("utf-8", "replace")


def _become(
    words: list[str],
    folder: str,
    environment: dict[str, str],
    path: list[str],
    output: str,
) -> None:
    """Do what the interpreter does for ``-m``, in this process."""
    # What was imported is no garbage, and a command makes little before its end.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(output, os.O_WRONLY | os.O_CREAT)
    for source, target in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(source, target)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, "utf-8", "backslashreplace", closefd=False)  # noqa: SIM115
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # what the server found, in its own environment
    named = environment.get("PYTHONPATH", "")
    sys.path[:] = [folder, *filter(None, named.split(os.pathsep)), *path]
    sys.argv[1:] = words[1:]
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)
