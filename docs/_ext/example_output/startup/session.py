"""Run a session: commands one after the other, in one working folder.

A session is a file of lines as a terminal shows them: commands after ``$``, lines that
continue a command or are its input after ``>``.  Blank lines and lines that begin with
``#`` are for its author alone.

There is no shell, so that a session does the same on every system.  What only a shell
would understand is refused; a here-document (``<< END``) is how a command gets input,
and ``cd`` changes the folder of the commands after it.

As a program, this reads a session from standard input and prints it as a terminal would
show it, without the first line, which is the first line of its recording.  Python
programs that it starts import ``sitecustomize`` of this folder, which the program
itself, started with ``-S -E``, does not.
"""

import os
import re
import select
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

PROMPT = "$ "
CONTINUED = "> "
NOT_FOUND = 127
"""The exit status of a command that is not found, as in a shell."""
_FAILED = re.compile(r"(?m)^\[exit status -?\d+\]$")
_HERE = re.compile(r"\s*<<\s*(['\"]?)(?P<end>\w+)\1\s*$")
_SHELL = {
    "": "|&;<>()*?$`",
    '"': "$`",  # what a shell replaces between double quotes
    "'": "",
}
_TICK = 100  # milliseconds between two looks whether a command has ended
_GRACE = 0.5  # seconds to read what was printed, from a pipe that cannot be polled


class SessionError(ValueError):
    """A session cannot be run; the message says why, ``line`` where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass
class Command:
    """One command of a session."""

    line: int
    """Where it begins in the file, counted from 1."""
    shown: list[str]
    """Its lines, as a terminal shows them."""
    words: list[str] = field(default_factory=list)
    stdin: str = ""


def failed(output: str) -> bool:
    """Whether a command of a session has failed, by what was printed."""
    return bool(_FAILED.search(output))


def read_session(text: str) -> list[Command]:
    """The commands of a session.

    :raises SessionError: if there is none, or a line that cannot be used.
    """
    rows = [
        (number, row.rstrip("\r"))
        for number, row in enumerate(text.removeprefix("\ufeff").split("\n"), 1)
    ]
    lines = iter(rows)
    found = []
    for number, row in lines:
        if row.startswith(PROMPT) and row.strip() != PROMPT.strip():
            found.append(_read_command(number, row, lines))
        elif row.strip() and not row.startswith("#"):
            raise SessionError(
                f"{row!r} is no command: in a session, commands begin with '$ ', what "
                "continues them with '> ', comments with '#'; what they print is "
                "recorded elsewhere",
                number,
            )
    if not found:
        raise SessionError("it has no command, which would begin with '$ '", 1)
    return found


def _read_command(number: int, row: str, lines: Iterator[tuple[int, str]]) -> Command:
    """One command, with the lines that belong to it."""
    command = Command(number, [row])
    text = row.removeprefix(PROMPT)
    while text.endswith("\\"):
        more = _continued(command, lines, "ends in a backslash")
        text = text[:-1] + more
    if here := _HERE.search(text):
        text = text[: here.start()]
        end = here["end"]
        why = f"reads until a line '> {end}'"
        while (more := _continued(command, lines, why)) != end:
            command.stdin += f"{more}\n"
    if refused := _for_a_shell(text):
        raise SessionError(
            f"{refused!r} is for a shell, and a session has none: put it between "
            "single quotes, or call a shell, as in: sh -c '...'",
            number,
        )
    try:
        command.words = shlex.split(text, comments=True)
    except ValueError as error:
        raise SessionError(f"its command cannot be read: {error}", number) from None
    if not command.words:
        raise SessionError("it is an empty command", number)
    return command


def _continued(command: Command, lines: Iterator[tuple[int, str]], why: str) -> str:
    """The next line, which continues a command."""
    _, row = next(lines, (0, ""))
    if not f"{row} ".startswith(CONTINUED):
        message = f"a line that begins with '> ' is missing, since the command {why}"
        raise SessionError(message, command.line)
    command.shown.append(row)
    return row[len(CONTINUED) :]


def _for_a_shell(text: str) -> str:
    """The first character that only a shell understands, or nothing."""
    quote, escaped = "", False
    for position, letter in enumerate(text):
        if escaped:
            escaped = False
        elif letter == "\\" and quote != "'":
            escaped = True
        elif letter in ("'", '"') and quote in ("", letter):
            quote = "" if quote else letter
        elif letter in _SHELL[quote] or (
            letter == "~" and not quote and text[position - 1 : position] in ("", " ")
        ):
            return letter
    return ""


# -- As a program ----------------------------------------------------------------------


def main() -> None:
    """Run the session that standard input holds."""
    printed = _Output()
    # Whoever starts this has read it before, so it has no errors.
    for number, command in enumerate(read_session(sys.stdin.read())):
        printed.lines(command.shown[0 if number else 1 :])
        status = _run(command, printed)
        if status:
            printed.lines([f"[exit status {status}]"])


class _Output:
    """Standard output, which begins a new line before each prompt."""

    def __init__(self) -> None:
        self._last = b"\n"

    def lines(self, lines: list[str]) -> None:
        if not self._last.endswith(b"\n"):
            self.write(b"\n")
        self.write("".join(f"{line}\n" for line in lines).encode())

    def write(self, chunk: bytes) -> None:
        if chunk:
            os.write(1, chunk)
            self._last = chunk

    def copy(self, pipe: IO[bytes], ended: threading.Event) -> None:
        """Write all that comes from a pipe, or is in it when a command has ended."""
        while has_more(pipe, ended) and (chunk := os.read(pipe.fileno(), 65536)):
            self.write(chunk)


def has_more(pipe: IO[bytes], ended: threading.Event) -> bool:
    """Wait for output in a pipe, or for its end.

    False once a program has ended, if something else holds the pipe open and it is
    empty.  The pipes of Windows cannot be polled: there, it is always true.
    """
    if sys.platform == "win32":
        return True
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    while True:
        last = ended.is_set()
        if poll.poll(0 if last else _TICK):
            return True
        if last:
            return False


def _run(command: Command, printed: _Output) -> int:
    """Run one command; return its exit status."""
    name, *arguments = command.words
    try:
        if name == "cd":
            os.chdir(arguments[0] if arguments else os.path.expanduser("~"))
            return 0
        program = shutil.which(name)
        if program is None:
            printed.lines([f"{name}: command not found"])
            return NOT_FOUND
        return _start([program, *arguments], command.stdin, printed)
    except OSError as error:
        printed.lines([f"{name}: {error.strerror}"])
        return 1


def _start(words: list[str], stdin: str, printed: _Output) -> int:
    with tempfile.TemporaryFile() as given:
        given.write(stdin.encode())
        given.seek(0)
        process = subprocess.Popen(
            words, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert process.stdout is not None  # a PIPE was asked for
        ended = threading.Event()
        reader = threading.Thread(
            target=printed.copy, args=(process.stdout, ended), daemon=True
        )
        reader.start()
        status = process.wait()
        ended.set()
        # However long it takes: on a busy machine, the thread may wait for a core.
        reader.join(None if os.name == "posix" else _GRACE)
    return status


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # without waiting for what a command has left behind
