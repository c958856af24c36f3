"""A Python to run examples with: who it is, and where to find one."""

import contextlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

from example_output.running import describe


@dataclass(frozen=True)
class Interpreter:
    """A Python to run examples with."""

    executable: str
    version: str
    """As :func:`platform.python_version` gives it."""
    identity: str
    """Everything about it that can change an output, in one line."""
    library: tuple[str, ...]
    """The folders of its standard library and of installed packages."""


def this_interpreter() -> Interpreter:
    """The interpreter that this process runs on."""
    return _interpreter(describe.describe())


def ask_interpreter(executable: str) -> Interpreter:
    """Ask another interpreter who it is.

    :raises OSError: if it cannot be started.
    :raises subprocess.SubprocessError: if it fails, or does not answer in a minute.
    """
    done = subprocess.run(
        [executable, "-I", describe.__file__],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    return _interpreter(json.loads(done.stdout))


def _interpreter(answer: dict[str, Any]) -> Interpreter:
    return Interpreter(**{**answer, "library": tuple(answer["library"])})


class InterpreterError(LookupError):
    """A Python that was asked for is not at hand, or does not start."""


_FAILURES = (OSError, subprocess.SubprocessError)


def find_interpreter(wanted: str) -> Interpreter:
    """The interpreter for a version such as ``3.13``, or for a path or a command.

    Searched by findpython: PATH, pyenv, uv, the Windows registry and py launcher, and
    so on.

    :raises InterpreterError: if there is none, or it cannot be asked who it is.
    """
    command = shutil.which(wanted)
    if command is None:
        # Most often it has the usual name.  What has it may be a stub of pyenv's for a
        # version that is not switched on; and findpython starts every Python there is.
        with contextlib.suppress(*_FAILURES):
            if usual := shutil.which(f"python{wanted}"):
                return ask_interpreter(usual)
        import findpython  # which few need, and which is slow to import

        found = findpython.find(wanted)
        if found is None:
            raise InterpreterError(f"no Python {wanted} was found on this machine")
        command = str(found.executable)
    try:
        return ask_interpreter(command)
    except _FAILURES as error:
        raise InterpreterError(f"Python {wanted} does not start: {error}") from None
