"""Ask git whether it ignores recordings: templates of ``.gitignore`` contain ``*.out``.

An ignored recording is missing in every other checkout.
"""

import contextlib
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path


def ignored_by_git(paths: Sequence[str], origin: Path) -> str:
    """A warning that git ignores some of the paths, or nothing.

    :param paths: relative to ``origin``.
    """
    found: list[str] = []
    with contextlib.suppress(OSError, subprocess.SubprocessError):  # there is no git
        done = subprocess.run(
            ["git", "check-ignore", "--verbose", "--stdin", "-z"],
            check=False,
            input="\0".join(paths),
            cwd=origin,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=10,
        )
        # The file, line and pattern that ignore a path, and the path itself.
        found = done.stdout.split("\0")[:-1]
    if not found:
        return ""
    source, line, pattern, first = found[:4]
    others = len(found) // 4 - 1
    and_others = f" and {others} more" if others else ""
    return (
        f"git ignores {first}{and_others}, because of {pattern} in {source}:{line}: "
        f"change that line, or commit with git add --force {shlex.quote(first)}"
    )
