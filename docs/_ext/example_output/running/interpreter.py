"""Describe and find Python interpreters to run examples with."""

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
    """As :func:`platform.python_version` returns it."""
    identity: str
    """Everything about it that can change an output, in one line."""
    library: tuple[str, ...]
    """The folders of its standard library and of installed packages."""


def this_interpreter() -> Interpreter:
    """The interpreter that this process runs on."""
    return _interpreter(describe.describe())


def ask_interpreter(executable: str) -> Interpreter:
    """Have another interpreter describe itself.

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
