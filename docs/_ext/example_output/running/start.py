"""Start the child process that runs examples, before anything else is imported.

It gets ready while its parent is still finding out what to run: see :mod:`.runs`.
"""

import os
import subprocess
import sys

from example_output.running.environment import SYSTEM

TYPE_CHECKING = False  # as in typing, which takes 10 ms
if TYPE_CHECKING:
    from typing import IO

# How paths are encoded, and where temporary folders are made.
_OWN = ("LC_ALL", "LC_CTYPE", "LANG", "TMPDIR", "TEMP", "TMP")


def environment() -> dict[str, str]:
    """The whole environment of a process that starts examples.

    It inherits only the variables of an allow-list: a program can read the environment
    of the process that started it, and the build's own may hold tokens and passwords.
    """
    return {name: os.environ[name] for name in SYSTEM + _OWN if name in os.environ}


def start(
    *, low_priority: bool = False, fork: bool = False
) -> "subprocess.Popen[bytes]":
    """Start the process; it waits for an order on its standard input.

    :param low_priority: leave the cores to the parent, which has other work.
    :param fork: start a fork server before the order arrives.
    """
    # Without site, for speed; the child gets our path, so that it imports the same
    # package.
    code = f"import sys; sys.path[:] = {sys.path!r}; "
    if low_priority:
        # Before it imports the rest, which would delay what the parent imports.
        code += "from example_output.running.priority import lower; lower(); "
    code += f"from example_output.running.child import main; main(fork={fork})"
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
        # No terminal, because a program could read from it.  All programs share one
        # session, with a process group each: Linux may share the cores out among
        # sessions, and with a session each they would crowd out the parent.
        start_new_session=True,
    )


def opened(stream: "IO[bytes] | None") -> "IO[bytes]":
    """A stream of a process, for which a pipe was requested."""
    assert stream is not None  # a PIPE was asked for
    return stream
