"""Start the process that runs the examples: see :mod:`.runner`, which it imports.

A module of its own, with next to no imports, so that the process can be starting while
the one that asks for it still finds out what there is to run.
"""

import subprocess
import sys


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
        # No terminal: a program could read from it.  One session for all programs, a
        # group of its own for each: Linux may share the cores out among sessions, and
        # a session for each would crowd out whoever asked.
        start_new_session=True,
    )
