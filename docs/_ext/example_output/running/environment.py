"""The environment variables of a run.

This imports almost nothing: a build asks for the interpreter, which needs them, before
anything else.
"""

import os

TYPE_CHECKING = False  # as in typing, which takes 10 ms


if TYPE_CHECKING:
    from pathlib import Path

SYSTEM = (
    "SYSTEMROOT",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
)
"""Variables that programs inherit: without them an interpreter may not start."""
_ENVIRONMENT = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "TERM": "dumb",
    "COLUMNS": "80",
    "LINES": "24",
    "NO_COLOR": "1",
    "PYTHONUTF8": "1",
    # One write for each print, so that one pipe keeps the order of both streams.
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONNOUSERSITE": "1",
}
COLORS = {
    "TERM": "xterm-256color",
    # To libraries that would print none into a pipe, but not to Python's tracebacks,
    # which have colors in some versions only.
    "FORCE_COLOR": "1",
    "CLICOLOR_FORCE": "1",
    "PYTHON_COLORS": "0",
}
"""What a run has besides if it may print colors."""


def environment(home: "Path", seed: int) -> dict[str, str]:
    """The whole environment of a run; only variables of an allow-list are inherited."""
    inherited = {name: os.environ[name] for name in SYSTEM if name in os.environ}
    places = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(home))
    return {**inherited, **_ENVIRONMENT, **places, "PYTHONHASHSEED": str(seed)}
