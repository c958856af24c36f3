"""Start the process that runs the examples: see :mod:`.runner`, which it imports.

A module of its own, with next to no imports, so that the process can be starting while
the one that asks for it still finds out what there is to run.
"""

import os
import subprocess
import sys

SYSTEM = (
    "SYSTEMROOT",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
)
"""Variables whose values come from the machine: without them an interpreter may not
start."""
# How paths are encoded, and where temporary folders are made.
_OWN = ("LC_ALL", "LC_CTYPE", "LANG", "TMPDIR", "TEMP", "TMP")


def environment() -> dict[str, str]:
    """The whole environment of a process that examples run in or below.

    An allow-list: a program can read the environment of the process that started it,
    and the build's own may hold tokens and passwords.
    """
    return {name: os.environ[name] for name in SYSTEM + _OWN if name in os.environ}


def start(*, polite: bool = False, fork: bool = False) -> "subprocess.Popen[bytes]":
    """Start it; it waits for an order on its standard input, and ends with that.

    :param polite: take only the time that whoever asked leaves, who has other work.
    :param fork: start what forks programs before the order asks for it.
    """
    # Without site, for speed; the path is handed on, so that the child finds this very
    # package whatever made it importable here.
    code = f"import sys; sys.path[:] = {sys.path!r}; "
    code += (
        f"from example_output.runner import main; main(polite={polite}, fork={fork})"
    )
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
        # No terminal: a program could read from it.  One session for all programs, a
        # group of its own for each: Linux may share the cores out among sessions, and
        # a session for each would crowd out whoever asked.
        start_new_session=True,
    )
