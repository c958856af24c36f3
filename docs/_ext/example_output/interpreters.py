"""Find the Pythons of this machine."""

import contextlib
import shutil
import subprocess

import findpython

from example_output.runner import Interpreter, ask_interpreter


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
        found = findpython.find(wanted)
        if found is None:
            raise InterpreterError(f"no Python {wanted} was found on this machine")
        command = str(found.executable)
    try:
        return ask_interpreter(command)
    except _FAILURES as error:
        raise InterpreterError(f"Python {wanted} does not start: {error}") from None
