"""Read whole files, and write them atomically."""

import secrets
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Write a text file atomically, as UTF-8 with line feeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not with tempfile, whose files are private: the permissions follow the umask.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with open(temporary, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_file(path: Path | str) -> bytes:
    """Read a whole file, unbuffered: for a small one, a buffer doubles the time.

    A build reads thousands of files before it knows that it has nothing to do.
    """
    with open(path, "rb", buffering=0) as file:
        return file.read()
