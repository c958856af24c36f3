"""Read the settings in a ``conf.py``, in a process of its own.

A ``conf.py`` is a program.  It changes ``sys.path`` and the environment, imports
modules, prints, and may fail or end Python.  None of that reaches the process that asks
for the settings, where a project's tests run.

The new process runs the file as Sphinx does, but does not import Sphinx, which would
take ten times as long.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import IO, Any

from example_output.settings import OPTIONS, RENAMED, Settings, SettingsError, checked

_PREFIX = "example_output_"
_TIMEOUT = 60  # seconds that a conf.py may take
_SHOWN = 20  # lines of what it printed that an error quotes
# A folder that is set as most are: one text, on one line.
_DIR = re.compile(rf"""(?m)^{_PREFIX}dir\s*=\s*(["'])([^"'\\]*)\1\s*(?:#.*)?$""")


class UnreadableError(SettingsError):
    """A ``conf.py`` that does not run to its end: where, why, and what would help."""


def read_settings(folder: Path) -> Settings:
    """The settings in the ``conf.py`` of a folder.

    :raises UnreadableError: if the file fails.
    :raises SettingsError: as :meth:`.Settings.read` does.
    """
    path = folder.resolve() / "conf.py"
    answer, printed = _ask(path)
    if "wrong" in answer:
        raise SettingsError(answer["wrong"])
    if "values" not in answer:
        raise UnreadableError(_message(path, answer, printed))
    return Settings.read(folder, answer["values"])


def guess_folder(path: Path) -> Path | None:
    """The examples folder that a ``conf.py`` which does not run seems to set.

    ``None`` if that cannot be told from its text.
    """
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return None
    found = _DIR.search(text)
    if found is None and f"{_PREFIX}dir" in text:
        return None
    name = found[2] if found else OPTIONS["dir"].default
    folder = (path.parent / name).resolve()
    return folder if folder.is_dir() else None


def _ask(path: Path) -> tuple[dict[str, Any], str]:
    """What :func:`main` answers in a new process, and what the file printed."""
    # The path is handed on, so that the new process finds what this one would.
    here = [folder or os.getcwd() for folder in sys.path]
    code = f"import sys; sys.path[:] = {here!r}; "
    code += f"from example_output.conf_file import main; main({str(path)!r})"
    # Files, because a pipe is open for as long as anything that conf.py has started.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as printed:
        try:
            done = subprocess.run(
                [sys.executable, "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=printed,
                timeout=_TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"cause": f"it still ran after {_TIMEOUT} s"}, _text(printed)
        text = _text(out)
        if not text:
            cause = f"it ended Python, with exit status {done.returncode}"
            return {"cause": cause}, _text(printed)
        return json.loads(text), _text(printed)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def _message(path: Path, answer: dict[str, Any], printed: str) -> str:
    """All that is wrong, over several lines; the first says what."""
    shown = os.fspath(path)
    with contextlib.suppress(ValueError):
        shown = path.relative_to(Path.cwd()).as_posix()
    lines = [f"{shown}: the settings of the examples cannot be read: {answer['cause']}"]
    lines += [f"    {line}" for line in printed.splitlines()[-_SHOWN:]]
    place = f"at {shown}:{answer.get('line', 1)}"
    lines.append(f"{place}, {answer['from']}" if "from" in answer else place)
    missing = answer.get("missing")
    lines.append(
        f"Install the package of {missing} for {sys.executable}, or fix the import"
        if missing
        else "Fix conf.py"
    )
    return "\n".join(lines)


# -- In the new process --------------------------------------------------------------


def main(path: str) -> None:
    """Run a ``conf.py``; write what it sets, or why it fails, as JSON.

    What the file prints goes to standard error.
    """
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)
        json.dump(_answer(Path(path)), out, default=str)


def _answer(path: Path) -> dict[str, Any]:
    try:
        values = evaluate(path)
    except (Exception, SystemExit) as error:
        return _describe(error, str(path))
    try:
        # Here, where values still have their types.
        return {"values": {name: checked(name, values) for name in values}}
    except SettingsError as error:
        return {"wrong": str(error)}


def _describe(error: BaseException, path: str) -> dict[str, Any]:
    """The cause and the line, and if they are known: the other file, the module."""
    answer: dict[str, Any] = {"cause": f"{type(error).__name__}: {error}"}
    if isinstance(error, SystemExit):
        answer["cause"] = f"it calls sys.exit({error.code!r})"
    if isinstance(error, ModuleNotFoundError) and error.name:
        answer["missing"] = error.name
    places = [
        (frame.filename, frame.lineno or 1)
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<")
    ]
    if isinstance(error, SyntaxError) and error.filename:
        places.append((error.filename, error.lineno or 1))
    own = [line for name, line in places if name == path]
    answer["line"] = own[-1] if own else 1
    if places[-1][0] != path and own:
        answer["from"] = "from {}:{}".format(*places[-1])
    return answer


class _Tags(set[str]):
    """What stands for Sphinx's tags, of which none is set."""

    has = set.__contains__
    remove = set.discard  # as Sphinx's

    def eval_condition(self, condition: str) -> bool:
        """Whether a condition holds for what ``conf.py`` has added."""
        from sphinx.util.tags import Tags  # which is slow, and rarely needed

        return bool(Tags(list(self)).eval_condition(condition))


def evaluate(path: Path) -> dict[str, object]:
    """Run a ``conf.py`` here: our values in it, named as in :data:`.OPTIONS`."""
    namespace: dict[str, object] = {"__file__": str(path), "tags": _Tags()}
    before = Path.cwd()
    os.chdir(path.parent)  # as Sphinx does
    try:
        exec(compile(path.read_bytes(), path, "exec"), namespace)  # noqa: S102
    finally:
        os.chdir(before)
    return {
        RENAMED.get(name, name): namespace[_PREFIX + name]
        for name in (*RENAMED, *OPTIONS)
        if _PREFIX + name in namespace
    }
