"""Files: read whole, and written so that nobody sees half of one."""

import secrets
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Write a text file, UTF-8 with line feeds, so that it is never seen half done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made so that the umask counts, unlike what tempfile makes: it is for everyone.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with open(temporary, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_file(path: Path | str) -> bytes:
    """All of a file, at once: for a small one, a buffer doubles the time that it takes.

    A build reads thousands of them before it knows that it has nothing to do.
    """
    with open(path, "rb", buffering=0) as file:
        return file.read()
