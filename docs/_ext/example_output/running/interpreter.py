"""Describe and find Python interpreters to run examples with."""

import ast
import contextlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from example_output.running.environment import SYSTEM, environment

_TIMEOUT = 60  # seconds that a description may take
# Not the script itself, which would be compiled each time.
_DESCRIBE = f"""
from importlib.machinery import SourceFileLoader
script = {str(Path(__file__).with_name("describe.py"))!r}
exec(SourceFileLoader("__main__", script).get_code("__main__"))
"""


@dataclass(frozen=True)
class Interpreter:
    """A Python to run examples with."""

    executable: str
    version: str
    """As :func:`platform.python_version` returns it."""
    identity: str
    """Everything about it that can change an output, in one line."""
    library: tuple[str, ...]
    """The folders of its standard library and of installed packages."""
    packages: tuple[str, ...] = ()
    """What is installed, as ``name==version``."""


class Description:
    """An interpreter that describes itself, in a new process.

    This takes some 50 ms, in which other work can be done.  It has the environment of
    a program, so that it imports from the same places.

    :param waits: whether it only starts, and looks at nothing before :meth:`begin`.
    """

    def __init__(
        self, executable: str = sys.executable, *, waits: bool = False
    ) -> None:
        self.waits = waits
        self._process = subprocess.Popen(
            [executable, "-I", "-c", _DESCRIBE, *SYSTEM],
            stdin=subprocess.PIPE if waits else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env=environment(Path(os.sep), 0),
        )

    def begin(self) -> None:
        """Have one that waits look now."""
        self.waits = False
        assert self._process.stdin is not None  # it is a pipe
        with contextlib.suppress(OSError):  # it has ended, and says so when it is asked
            self._process.stdin.write("\n")
            self._process.stdin.flush()

    @cached_property
    def interpreter(self) -> Interpreter:
        """The answer.

        :raises subprocess.SubprocessError: if it fails, or takes more than a minute.
        """
        try:
            out, error = self._process.communicate(timeout=_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise
        if status := self._process.returncode:
            raise subprocess.CalledProcessError(status, self._process.args, out, error)
        # A sitecustomize may print, too.
        answer = ast.literal_eval(out.splitlines()[-1])
        lists = {name: tuple(answer[name]) for name in ("library", "packages")}
        return Interpreter(**{**answer, **lists})

    def close(self) -> None:
        """End it, if nobody wants the answer."""
        if self._process.returncode is None:
            self._process.kill()
            self._process.communicate()


def this_interpreter() -> Interpreter:
    """The interpreter that this process runs on, as it is when started anew."""
    return Description().interpreter


def ask_interpreter(command: str) -> Interpreter:
    """Have another interpreter describe itself.

    :param command: it may be a script that chooses one, and needs our environment.
    :raises OSError: if it cannot be started.
    :raises subprocess.SubprocessError: if it fails, or does not answer in a minute.
    """
    done = subprocess.run(
        [command, "-I", "-S", "-c", "import sys; print(sys.executable)"],
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=_TIMEOUT,
    )
    return Description(done.stdout.strip()).interpreter


class InterpreterError(LookupError):
    """A Python that was asked for is not found, or does not start."""


_FAILURES = (OSError, subprocess.SubprocessError)


def find_interpreter(wanted: str) -> Interpreter:
    """The interpreter for a version such as ``3.13``, or for a path or a command.

    findpython searches PATH, pyenv, uv, the Windows registry, the py launcher and more.

    :raises InterpreterError: if there is none, or it does not start.
    """
    command = shutil.which(wanted)
    if command is None:
        # Try the usual name first, because findpython starts every Python it finds.
        # It may be a stub of pyenv for a version that is not active, and fail.
        with contextlib.suppress(*_FAILURES):
            if usual := shutil.which(f"python{wanted}"):
                return ask_interpreter(usual)
        import findpython  # slow to import, and rarely needed

        found = findpython.find(wanted)
        if found is None:
            raise InterpreterError(f"no Python {wanted} was found on this machine")
        command = str(found.executable)
    try:
        return ask_interpreter(command)
    except _FAILURES as error:
        raise InterpreterError(f"Python {wanted} does not start: {error}") from None
