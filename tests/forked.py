"""Run ``python -m sphinx`` and ``python -m pytest`` without waiting for their imports.

A server imports their dependencies once; each command is a process forked from it, with
a folder, an environment, streams and an exit status of its own.  The extension is not
imported by the server: each process imports it as a new process would, from the same
path.  Tests that such a process runs use the same server.
"""

import functools
import gc
import importlib
import json
import multiprocessing
import os
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

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


# The variable with the address of a server that runs already.
SERVER = "FORKED_FROM"
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
    address, _ = _server()
    with tempfile.TemporaryDirectory() as name, _connected(address) as server:
        output = Path(name, "output")
        variables = {**environment, SERVER: address}
        server.send((words[2:], str(folder), variables, _plain_path(), str(output)))
        process: int = server.recv()
        if not server.poll(timeout):
            os.kill(process, signal.SIGKILL)
            raise subprocess.TimeoutExpired(words, timeout)
        return server.recv(), output.read_text("utf-8", "replace")


@functools.cache
def _server() -> tuple[str, "subprocess.Popen[str] | None"]:
    """The path of the server's socket, and its process, which ends with this one.

    Where this process was forked from a server itself, there is no other.
    """
    if address := os.environ.get(SERVER):
        return address, None
    words = [sys.executable, __file__]
    pipe = subprocess.PIPE
    server = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True)
    assert server.stdout is not None
    return server.stdout.readline().strip(), server


def _connected(address: str) -> Connection:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(address)
        return Connection(client.detach())


def _serve() -> None:
    """Fork a process for each request until the standard input ends."""
    for name in _PRELOADED:
        importlib.import_module(name)
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those of requests
    # Removed by hand: forked processes would remove a TemporaryDirectory when they end.
    folder = tempfile.mkdtemp()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{folder}/socket")
    listener.listen()
    print(f"{folder}/socket", flush=True)
    while listener in select.select([listener, sys.stdin], [], [])[0]:
        client, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _answer(Connection(client.detach()), interrupt)
            os._exit(0)
        client.close()
    shutil.rmtree(folder)


def _answer(client: Connection, interrupt: Any) -> None:
    """Fork one command; tell the number of its process, and its exit status."""
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_become, args=(interrupt, *client.recv()))
    process.start()
    client.send(process.pid)
    process.join()
    client.send(process.exitcode)


def _become(
    interrupt: Any,
    words: list[str],
    folder: str,
    environment: dict[str, str],
    path: list[str],
    output: str,
) -> None:
    """Do what the interpreter does for ``-m``, in this process."""
    signal.signal(signal.SIGINT, interrupt)
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


if __name__ == "__main__":
    _serve()
