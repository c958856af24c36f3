"""On which Pythons each output has been reproduced, in a committed file.

Only ``pytest --example-matrix`` writes it.  An entry contains a digest of the program,
its files and its recordings, and counts as long as they are unchanged.
"""

import json
import re
from functools import cached_property

from packaging.version import Version

from example_output.evidence import digest, load
from example_output.example import Example
from example_output.files import write_atomically
from example_output.folder import Folder

NAME = "reproduced.json"
"""The file's name, in the examples folder."""
_MINOR = re.compile(r"\d+\.\d+")


class Reproduced:
    """The file, and what a session adds to it."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.path = folder.settings.folder / NAME

    @cached_property
    def entries(self) -> dict[str, dict[str, list[str]]]:
        """For each example and digest, the minor versions of Python; empty if none."""
        return load(self.path, _fits)

    def pythons(self, example: Example) -> list[str]:
        """The minor versions, oldest first, on which its output was reproduced."""
        entry = self.entries.get(example.name)
        if not entry:
            return []
        return sorted(entry.get(digest(self.folder, example), []), key=Version)

    def note(self, example: Example, version: str, *, same: bool) -> None:
        """Note whether a run on a version matched the recording."""
        minor = ".".join(version.split(".")[:2])
        others = [python for python in self.pythons(example) if python != minor]
        pythons = sorted([*others, minor] if same else others, key=Version)
        self.entries[example.name] = {digest(self.folder, example): pythons}

    def write(self) -> bool:
        """Write the file if it has changed, without examples that no longer exist."""
        entries = {
            name: entry
            for name, entry in sorted(self.entries.items())
            if name in self.folder.examples
        }
        text = json.dumps(entries, indent=1) + "\n"
        old = self.path.read_text("utf-8") if self.path.is_file() else ""
        if old.replace("\r\n", "\n") == text:
            return False
        write_atomically(self.path, text)
        return True


def _fits(entry: object) -> bool:
    """Whether it is lists of minor versions of Python by digests."""
    return isinstance(entry, dict) and all(
        isinstance(versions, list)
        and all(isinstance(v, str) and _MINOR.fullmatch(v) for v in versions)
        for versions in entry.values()
    )
