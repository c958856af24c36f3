"""The settings of one project, from its ``conf.py``."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from example_output.options import MATRIX, RECORD

CURE = f"pytest {RECORD} {{path}}"


@dataclass(frozen=True)
class Option:
    """One configuration value: ``example_output_`` and its name in :data:`OPTIONS`."""

    default: Any
    types: tuple[type, ...]
    meaning: str


OPTIONS: dict[str, Option] = {
    "dir": Option(
        "examples",
        (str,),
        "The examples folder, relative to the folder of ``conf.py``.",
    ),
    "jobs": Option(
        0,
        (int,),
        "How many examples may run at the same time; 0 is 16 for each processor, and "
        "64 at most.",
    ),
    "timeout": Option(
        10.0,
        (int, float),
        "Seconds after which an example that still runs is stopped.",
    ),
    "limit": Option(
        200_000,
        (int,),
        "Bytes of output after which an example is stopped.",
    ),
    "cache": Option(
        "",
        (str,),
        "Where results are kept, relative to the folder of ``conf.py``; by default "
        "beside the doctrees.  The environment variable ``EXAMPLE_OUTPUT_CACHE`` comes "
        "first.",
    ),
    "fast_start": Option(
        True,
        (bool,),
        "Whether the docs build may start programs that import ``asyncio`` by forking "
        "a Python that has imported it (on Linux).",
    ),
    "scheduler": Option(
        "",
        (str,),
        "The address of a Dask scheduler, as ``tcp://host:8786``, on whose workers the "
        "docs build runs the examples; needs the extra ``cluster``.",
    ),
    "playground": Option(
        "",
        (str,),
        "The folder of a Python for browsers, relative to the folder of ``conf.py``: "
        "``python -m example_output.playground FOLDER`` makes it.  With it, readers "
        "can run examples in the page, those that are proven to run there.",
    ),
    "pythons": Option(
        [],
        (list, tuple),
        'The Pythons that the examples are for, as ``["3.12", "3.13"]``: those '
        f"that ``pytest {MATRIX}`` runs them on.",
    ),
    "cure": Option(
        CURE,
        (str,),
        "The command that accepts a new output, as warnings name it; ``{path}`` is the "
        "example's file.",
    ),
}


RENAMED = {"runtime": "playground"}
"""Old names of options, which still work, and what they are called now."""


class SettingsError(ValueError):
    """A configuration value that cannot be used, why, and what would do."""


@dataclass(frozen=True)
class Settings:
    """What a project has set."""

    base: Path
    """The folder of ``conf.py``; paths in messages are relative to it."""
    folder: Path
    """The examples folder."""
    jobs: int
    timeout: float
    limit: int
    cache: Path | None
    fast_start: bool
    scheduler: str
    playground: Path | None
    pythons: tuple[str, ...]
    cure: str

    @classmethod
    def read(cls, base: Path, values: Mapping[str, Any]) -> "Settings":
        """Make settings of configuration values, named as in :data:`OPTIONS`.

        :raises SettingsError: at the first value that cannot be used.
        """
        found = {name: checked(name, values) for name in OPTIONS}
        # From the environment, so that results made elsewhere can be handed in.
        cache = os.environ.get("EXAMPLE_OUTPUT_CACHE") or found["cache"]
        folder = (base / found["dir"]).resolve()
        if not folder.is_dir():
            raise SettingsError(
                f"example_output_dir: there is no folder {found['dir']!r} beside "
                "conf.py: make it, or name the one that holds the examples"
            )
        return cls(
            base=base.resolve(),
            folder=folder,
            jobs=found["jobs"] or min(64, 16 * (os.cpu_count() or 1)),
            timeout=float(found["timeout"]),
            limit=found["limit"],
            cache=base / cache if cache else None,
            fast_start=found["fast_start"],
            scheduler=found["scheduler"],
            playground=base / found["playground"] if found["playground"] else None,
            pythons=tuple(map(str, found["pythons"])),
            cure=found["cure"],
        )

    def shown(self, path: Path) -> str:
        """A path as messages show it: relative to ``conf.py``, with forward slashes."""
        try:
            return path.relative_to(self.base).as_posix()
        except ValueError:  # the examples folder lies elsewhere
            return path.as_posix()


def checked(name: str, values: Mapping[str, Any]) -> Any:
    """A value, or the default.

    :raises SettingsError: if it cannot be used.
    """
    option = OPTIONS[name]
    value = values.get(name, option.default)
    if not isinstance(value, option.types) or (
        isinstance(value, bool) and bool not in option.types
    ):
        wanted = " or ".join(kind.__name__ for kind in option.types)
        raise SettingsError(
            f"example_output_{name} = {value!r} is not of type {wanted}"
        )
    if bool in option.types or not isinstance(value, (int, float)):
        return value
    if value < 0 or (value == 0 and name != "jobs"):
        raise SettingsError(f"example_output_{name} = {value!r} is not above 0")
    return value
