"""Read the settings in a ``conf.py``, in a child process.

A ``conf.py`` is a program.  It changes ``sys.path`` and the environment, imports
modules, prints, and may fail or end Python.  In a child process none of that affects
the tests of the project, which run in the process that needs the settings.

The child process runs the file in the same way as Sphinx, but does not import Sphinx,
which would take ten times as long.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

from example_output.settings import OPTIONS, RENAMED, Settings, SettingsError, checked

_PREFIX = "example_output_"
_TIMEOUT = 60  # seconds that a conf.py may take
_SHOWN = 20  # lines of its output that an error quotes
# The usual way to set the folder: one string literal, on one line.
_DIR = re.compile(rf"""(?m)^{_PREFIX}dir\s*=\s*(["'])([^"'\\]*)\1\s*(?:#.*)?$""")


class UnreadableError(SettingsError):
    """A ``conf.py`` fails; the message says where, why and what to do."""


def read_settings(folder: Path) -> Settings:
    """The settings in the ``conf.py`` of a folder.

    :raises UnreadableError: if the file fails.
    :raises SettingsError: if a setting cannot be used.
    """
    path = folder.resolve() / "conf.py"
    answer, printed = _ask(path)
    if "wrong" in answer:
        raise SettingsError(answer["wrong"])
    if "values" not in answer:
        raise UnreadableError(_message(path, answer, printed))
    return Settings.read(folder, answer["values"])


def guess_folder(path: Path) -> Path | None:
    """The examples folder that a failing ``conf.py`` seems to set.

    ``None`` if its text does not show it.
    """
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return None
    found = _DIR.search(text)
    if found is None and f"{_PREFIX}dir" in text:
        return None
    name = found[2] if found else OPTIONS["dir"].default
    folder = Path(os.path.realpath(path.parent / name))
    return folder if folder.is_dir() else None


def _ask(path: Path) -> tuple[dict[str, Any], str]:
    """The answer of :func:`main` in a child process, and the output of the file."""
    # The child process gets our path, so that it finds the same modules.
    here = [folder or os.getcwd() for folder in sys.path]
    code = f"import sys; sys.path[:] = {here!r}; "
    code += f"from example_output.conf_file import main; main({str(path)!r})"
    # Not pipes: a process that conf.py has started could keep them open.
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
            return {"cause": f"it was still running after {_TIMEOUT} s"}, _text(printed)
        text = _text(out)
        if not text:
            cause = f"it ended Python with exit status {done.returncode}"
            return {"cause": cause}, _text(printed)
        return json.loads(text), _text(printed)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def _message(path: Path, answer: dict[str, Any], printed: str) -> str:
    """The whole message; its first line says what is wrong."""
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


# -- In the child process ------------------------------------------------------------


def main(path: str) -> None:
    """Run a ``conf.py``; write its settings, or why it fails, as JSON.

    The output of the file goes to standard error.
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
        # Checked here, because JSON does not keep the types of values.
        return {"values": {name: checked(name, values) for name in values}}
    except SettingsError as error:
        return {"wrong": str(error)}


def _describe(error: BaseException, path: str) -> dict[str, Any]:
    """The cause, the line and, if known, the other file and the missing module."""
    answer: dict[str, Any] = {"cause": f"{type(error).__name__}: {error}"}
    if isinstance(error, SystemExit):
        answer["cause"] = f"it calls sys.exit({error.code!r})"
    if isinstance(error, ModuleNotFoundError) and error.name:
        answer["missing"] = error.name
    import traceback  # rarely needed, and builds of an example wait for this module

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
    """A substitute for Sphinx's tags, with none set."""

    has = set.__contains__
    remove = set.discard  # Sphinx's does not raise either

    def eval_condition(self, condition: str) -> bool:
        """Whether a condition holds for the tags that ``conf.py`` has added."""
        from sphinx.util.tags import Tags  # slow to import, and rarely needed

        return bool(Tags(list(self)).eval_condition(condition))


def evaluate(path: Path) -> dict[str, object]:
    """Run a ``conf.py`` here; return our values, named as in :data:`.OPTIONS`."""
    namespace: dict[str, object] = {"__file__": str(path), "tags": _Tags()}
    before = Path.cwd()
    os.chdir(path.parent)  # Sphinx does the same
    try:
        exec(compile(path.read_bytes(), path, "exec"), namespace)  # noqa: S102
    finally:
        os.chdir(before)
    return {
        RENAMED.get(name, name): namespace[_PREFIX + name]
        for name in (*RENAMED, *OPTIONS)
        if _PREFIX + name in namespace
    }
