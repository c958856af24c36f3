"""``python -m example_output``: sphinx-build, with the examples started first.

Takes the same arguments, and one more: ``--why EXAMPLE`` says why that example would be
run in this build, or would not, and builds nothing.

The examples run while Sphinx itself is imported, which saves half a second or so.  For
that ``conf.py`` is run once more than usual, and where the head start fails Sphinx says
why, as it always would.  Python also looks for garbage less often: a build makes many
objects and drops few, and would spend a tenth of its time on looking.
"""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from example_output.session import Session, cache_folder, head_start
from example_output.settings import OPTIONS, Settings

_PREFIX = "example_output_"
_GARBAGE = (
    50_000  # new objects between two looks for garbage; Python's own: 700 to 2,000
)


def main(arguments: Sequence[str]) -> int:
    """Start the examples, then Sphinx."""
    if "--why" in arguments:
        return why(arguments)
    session = begin(arguments)
    if session:
        head_start.append(session)
    gc.set_threshold(_GARBAGE)
    from sphinx.cmd.build import main as build  # only now: that is the point

    try:
        return build(arguments)
    finally:
        for unused in head_start:
            unused.close()


def begin(arguments: Sequence[str]) -> Session | None:
    """Start the examples of a build, if its arguments and settings are plain to see."""
    if "-M" in arguments or any(_PREFIX in word for word in arguments):
        return None
    try:
        return _session(_parser().parse_known_args(arguments)[0], start=True)
    except Exception:  # whatever it is, Sphinx will tell it better
        return None


def why(arguments: Sequence[str]) -> int:
    """Say of one example why it would be run, or would not."""
    known, _ = _parser().parse_known_args(arguments)
    session = _session(known, start=False)
    name, path = known.why, Path(known.why)
    wanted = path.parent.resolve() / path.name
    if wanted.is_relative_to(session.settings.folder):
        name = wanted.relative_to(session.settings.folder).as_posix()
    outcome = session.outcomes.get(name)
    if outcome is None:
        print(session.gate.missing(name, "there is no such example").text)
        return 1
    print(f"{name}: {outcome.why}")
    return 0


def _session(known: argparse.Namespace, *, start: bool) -> Session:
    source, output = known.places[:2]
    confdir = Path(os.path.realpath(known.config_dir or source))
    doctrees = Path(os.path.realpath(known.doctree_dir or f"{output}/.doctrees"))
    settings = Settings.read(confdir, read_conf(confdir))
    return Session(settings, cache_folder(settings, doctrees), start=start)


def _parser() -> argparse.ArgumentParser:
    """Those arguments of sphinx-build that have a value: the rest have no places."""
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("-c", "--config-dir", "--conf-dir", dest="config_dir")
    parser.add_argument("-d", "--doctree-dir")
    for names in ("-b --builder", "-j --jobs", "-t --tag", "-w --warning-file"):
        parser.add_argument(*names.split())
    for names in ("-D --define", "-A --html-define"):
        parser.add_argument(*names.split(), action="append")
    parser.add_argument("--why", metavar="EXAMPLE")
    parser.add_argument("places", nargs="*")
    return parser


class _Tags(set[str]):
    """What stands for Sphinx's tags, of which none is set this early."""

    has = set.__contains__


def read_conf(confdir: Path) -> dict[str, object]:
    """Our values in a ``conf.py``, named as in :data:`.settings.OPTIONS`."""
    path = confdir / "conf.py"
    namespace: dict[str, object] = {"__file__": str(path), "tags": _Tags()}
    before = Path.cwd()
    os.chdir(confdir)  # as Sphinx does
    try:
        exec(compile(path.read_bytes(), path, "exec"), namespace)  # noqa: S102
    finally:
        os.chdir(before)
    return {
        name: namespace[_PREFIX + name]
        for name in OPTIONS
        if _PREFIX + name in namespace
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
