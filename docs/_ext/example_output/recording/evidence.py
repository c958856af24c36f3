"""Facts about examples, in committed files beside the recordings.

Each fact is stored with a digest of the program, its files and its recordings, and
counts only as long as they are unchanged.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from example_output.example import Example
from example_output.files import read_file
from example_output.folder import Recording
from example_output.running.made import made_path


def load(path: Path, fits: Callable[[Any], bool]) -> dict[str, Any]:
    """The entries of a JSON file by example; ignores those of another form.

    :param fits: whether the entry of an example has the right form.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: entry for name, entry in found.items() if fits(entry)}


def digest(example: Example, recordings: Iterable[Recording], more: str = "") -> str:
    """A digest of everything that a fact about an example depends on.

    :param recordings: those of its recordings that the fact depends on.
    :param more: anything else that it depends on.
    :raises ExampleError: if the example's metadata cannot be read.
    """
    total = hashlib.sha256(f"{more}{example.given}".encode())
    made = [made_path(example, name) for name in example.metadata.makes]
    recorded = [recording.path for recording in recordings]
    for path in (*example.files, *recorded, *filter(Path.is_file, made)):
        # A checkout with CRLF has the same digest.
        content = read_file(path).replace(b"\r\n", b"\n")
        total.update(f"{path.name} {len(content)}\n".encode() + content)
    return total.hexdigest()[:16]
