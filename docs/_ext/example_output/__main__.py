"""``python -m example_output``: sphinx-build, with the examples started first.

Takes the same arguments, and one more: ``--why EXAMPLE`` says why that example would be
run in this build, or would not, and builds nothing.

The examples run while Sphinx itself is imported, which saves half a second or so; and
the process that will run them starts before anything else.
For that ``conf.py`` is run once more than usual, and where the head start fails Sphinx
says why, as it always would.

Garbage collection, which would take a tenth of the time, is off while modules are
imported; afterwards their objects are frozen, so that it skips them and forks share
their memory.  Nor are objects deallocated one by one at the end, which would take
another fifth of a second.
"""

import contextlib
import gc
import os
import sys
from typing import TYPE_CHECKING

from example_output.running import runs

if TYPE_CHECKING:
    import argparse
    import subprocess
    from collections.abc import Sequence
    from pathlib import Path

    from example_output.running.session import Session
    from example_output.settings import Settings

_PREFIX = "example_output_"
# New objects that start a garbage collection: more than are there once all is set up.
_STARTING = 1_000_000
# The thresholds of the three generations while pages are read, which leaves many dead
# reference cycles.
_BUILDING = (10_000, 2, 2)


def main(arguments: "Sequence[str]") -> int:
    """Start the examples, then Sphinx."""
    if "--why" in arguments:
        return why(arguments)
    gc.set_threshold(_STARTING)
    process = warm_up(arguments)
    # Only now, after the process is started: this imports much.
    from example_output.running.session import HEAD_START, HeadStart

    session = begin(arguments, process)
    HEAD_START.set(HeadStart(session, _set_up))
    from sphinx.cmd.build import main as build

    try:
        return build(arguments)
    finally:
        if session:  # it may not be closed: a build with other settings has its own
            session.close()


def _set_up() -> None:
    """Keep what is there out of all garbage collections from now on."""
    gc.freeze()
    gc.set_threshold(*_BUILDING)


def warm_up(arguments: "Sequence[str]") -> "subprocess.Popen[bytes]":
    """Start the process that will run the examples, before it is known which.

    Whether all of them will be run is a guess, made before there is anything that could
    read the arguments properly.  If it is wrong, a process ends unused, or the runs
    begin a little later.
    """
    words = [".", *arguments, "."]
    given = words.index("-d") + 1 if "-d" in words else 0
    doctrees = words[given] if given else os.path.join(words[-2], ".doctrees")
    cold = not os.path.isdir(os.path.join(doctrees, "example_output"))
    return runs.start(polite=True, fork=cold)


def begin(
    arguments: "Sequence[str]", process: "subprocess.Popen[bytes] | None" = None
) -> "Session | None":
    """Start the examples of a build, if its arguments and settings are plain to see.

    :param process: what :func:`warm_up` gave.
    """
    if "-M" not in arguments and not any(_PREFIX in word for word in arguments):
        # Whatever is wrong, Sphinx will tell it better.
        with contextlib.suppress(Exception, SystemExit):
            return _head_start(arguments, process)
    if process:
        process.communicate()
    return None


def _head_start(
    arguments: "Sequence[str]", process: "subprocess.Popen[bytes] | None"
) -> "Session":
    from example_output.conf_file import evaluate
    from example_output.settings import Settings

    known, _ = _parser().parse_known_args(arguments)
    confdir = _confdir(known)
    # In this process, which is to be Sphinx: another one takes longer to start.
    settings = Settings.read(confdir, evaluate(confdir / "conf.py"))
    session = _session(known, settings)
    session.start(process)
    return session


def why(arguments: "Sequence[str]") -> int:
    """Say of one example why it would be run, or would not."""
    from pathlib import Path

    from example_output.conf_file import read_settings
    from example_output.settings import SettingsError

    known, _ = _parser().parse_known_args(arguments)
    try:
        settings = read_settings(_confdir(known))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    session = _session(known, settings)
    name, path = known.why, Path(known.why)
    wanted = path.parent.resolve() / path.name
    if wanted.is_relative_to(session.settings.folder):
        name = wanted.relative_to(session.settings.folder).as_posix()
    outcome = session.outcomes.get(name)
    if outcome is None:
        print(session.gate.folder.missing(name, "there is no such example").text)
        return 1
    print(f"{name}: {outcome.why}")
    return 0


def _session(known: "argparse.Namespace", settings: "Settings") -> "Session":
    from pathlib import Path

    from example_output.running.session import Session, cache_folder

    return Session(settings, cache_folder(settings, Path(_doctrees(known))))


def _confdir(known: "argparse.Namespace") -> "Path":
    from pathlib import Path

    return Path(os.path.realpath(known.config_dir or known.places[0]))


def _doctrees(known: "argparse.Namespace") -> str:
    _source, output = known.places[:2]
    return os.path.realpath(known.doctree_dir or f"{output}/.doctrees")


def _parser() -> "argparse.ArgumentParser":
    """Those arguments of sphinx-build that have a value: the rest have no places."""
    import argparse

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


def _exit(status: int) -> None:
    """End this process without taking apart what the system takes back as a whole."""
    import atexit

    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    _exit(main(sys.argv[1:]))
