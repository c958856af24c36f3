"""Whether a file can be run as an example."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from example_output.example import Example, line_of
from example_output.metadata import ExampleError
from example_output.running.made import made_path

_LONGEST = 200
"""Bytes in the name of a file: systems take 255, and recordings add to them."""


def check_fit(example: Example, examples: Mapping[str, Example]) -> None:
    """Check that an example can be run, and that its recordings are its own.

    :param examples: all of the project, by name.
    :raises ExampleError: with the cause, the cure and the line.
    """
    if example.is_session:
        _ = example.commands
        for key in ("arguments", "stdin"):
            if getattr(example.metadata, key):
                line = line_of(example.source, key)
                raise ExampleError(f"{key} is for programs: put it there", line)
    _check_name(example)
    _check_files(example)
    _check_made(example, examples)


def _check_name(example: Example) -> None:
    if len(os.fsencode(example.path.name)) > _LONGEST:
        raise ExampleError("its name is too long for those of recordings: rename it")
    if (stem := example.stem).startswith("-"):
        raise ExampleError(f"Python would take {stem} for an option: rename it")
    if stem in sys.stdlib_module_names and not example.is_session:
        raise ExampleError(
            f"{example.path.name} shadows the standard library's module {stem!r} "
            "for every program beside it: rename the file"
        )


def _check_files(example: Example) -> None:
    """Check that all that it is given can be read."""
    _ = example.pythonpath  # which reads the metadata, too
    for path in example.files[1:]:
        if not os.access(path, os.R_OK):
            raise ExampleError(f"{path.name} cannot be read: Permission denied")


def _check_made(example: Example, examples: Mapping[str, Example]) -> None:
    """Check the files that it makes, and where they are recorded.

    None is there before it is made, or is where another example has a recording.
    """
    for name in example.metadata.makes:
        line = line_of(example.source, "makes")
        recorded = made_path(example, name).name
        if len(os.fsencode(recorded)) > _LONGEST:
            raise ExampleError(f"makes: {name[:40]}… is too long for a name", line)
        for file in (name, recorded):
            if Path(os.path.normpath(example.root / file)) in example.files:
                message = f"makes: it is given {file}, so let it write another file"
                raise ExampleError(message, line)
        for other in examples.values():
            # A longer one, as c.b.py beside c.py: what that makes is no concern of it.
            longer = len(other.stem) > len(example.stem) and other.root == example.root
            if longer and recorded.startswith(f"{other.stem}."):
                raise ExampleError(
                    f"makes: {name} would be recorded in {recorded}, as one of "
                    f"{other.path.name}: let it write another file, or rename one",
                    line,
                )
