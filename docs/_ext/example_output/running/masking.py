"""End a process in which a mask takes too long.

A regular expression can try so many ways that it takes years, and nothing in Python can
interrupt it: while it is searched, no other thread of its process runs.
"""

import contextlib
import faulthandler
import os
import threading
from collections.abc import Iterator
from pathlib import Path

LIMIT = 20
"""Seconds that the masks of one run may take."""
_NOTE = "masking"
_LOCK = threading.Lock()


@contextlib.contextmanager
def limited(folder: Path, name: str) -> Iterator[None]:
    """Apply masks; after the limit, this process ends.

    :param folder: where a note says until then what is being done.
    :param name: that of the program.
    """
    note = folder / _NOTE
    with _LOCK, open(os.devnull, "w") as nowhere:  # there is one timer
        note.write_text(name, "utf-8")
        faulthandler.dump_traceback_later(LIMIT, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
            note.unlink(missing_ok=True)


def interrupted(folder: Path) -> str:
    """The name of the program whose masks took too long, or nothing."""
    with contextlib.suppress(OSError):
        return (folder / _NOTE).read_text("utf-8")
    return ""
