"""``python -m example_output``: sphinx-build, with the examples started first.

It takes the arguments of sphinx-build and two more: ``--rerun EXAMPLE`` runs an example
again although its result is kept, and may be repeated; ``--why EXAMPLE`` explains why
this build would or would not run that example, and builds nothing.

``--record PATH`` and ``--check PATH`` record and check examples as pytest does, without
pytest and without a build: see :mod:`.recording.command`.

The process that runs the examples starts before anything else, and the examples run
while Sphinx is being imported.  This saves about half a second, and evaluates
``conf.py`` one extra time.  If this head start fails, Sphinx starts without it and
reports the error as usual.  A build whose arguments override settings has none.

Garbage collection, which would take a tenth of the time, is off while modules are
imported; afterwards their objects are frozen, so that it skips them and forks share
their memory.  At the end the process exits without deallocating its objects one by one,
which would take another fifth of a second.
"""

import contextlib
import gc
import os
import sys

from example_output.options import RECORD
from example_output.running.start import start

TYPE_CHECKING = False  # as in typing, which takes 10 ms
if TYPE_CHECKING:
    import argparse
    import subprocess
    from collections.abc import Sequence
    from pathlib import Path

    from example_output.running.interpreter import Description
    from example_output.running.ledger import Ledger
    from example_output.settings import Settings

_USAGE = """\
python -m example_output takes the arguments of sphinx-build, below, and:
  --rerun EXAMPLE   run it again although its result is kept
  --why EXAMPLE     say why this build would run it, or would not; builds nothing
Without a build:
  --record [PATH …] record what examples print (--record --help lists the options)
  --check [PATH …]  compare examples with their recordings
"""
_PREFIX = "example_output_"
_RERUN = "example_output_rerun="
# New objects that trigger a garbage collection: more than Sphinx's setup allocates.
_STARTING = 1_000_000
# The thresholds of the three generations afterwards: reading pages leaves many dead
# reference cycles.
_BUILDING = (10_000, 2, 2)


def main(arguments: "Sequence[str]") -> int:
    """Start the examples, then Sphinx."""
    if {"--record", "--check", RECORD} & set(arguments):
        from example_output.recording.command import main as record

        try:
            return record(arguments)
        except BrokenPipeError:  # whoever reads has seen enough, as head has
            return 1
    if not arguments or {"-h", "--help"} & set(arguments):
        print(_USAGE)
    arguments = with_reruns(arguments)
    if "--why" in arguments:
        return why(arguments)
    gc.set_threshold(_STARTING)
    # A head start knows the settings of conf.py only.
    overridden = "-M" in arguments or any(_PREFIX in word for word in arguments)
    process = None if overridden else warm_up(arguments)
    from example_output.running.interpreter import Description

    description = Description()
    # Imported after the processes have started, because this import takes long.
    from example_output.running.ledger import HEAD_START, HeadStart

    ledger = begin(arguments, process, description) if process else None
    HEAD_START.set(HeadStart(ledger, description, _set_up))
    from sphinx.cmd.build import main as build

    try:
        return build(arguments)
    finally:
        description.close()
        if ledger:  # a build with other settings does not close it
            ledger.close()


def with_reruns(arguments: "Sequence[str]") -> "Sequence[str]":
    """The arguments with a setting of ``conf.py`` in place of each ``--rerun``."""
    if not any(word.startswith("--rerun") for word in arguments):
        return arguments
    import argparse

    parser = argparse.ArgumentParser(
        prog="python -m example_output", add_help=False, allow_abbrev=False
    )
    parser.add_argument("--rerun", metavar="EXAMPLE", action="append", default=[])
    known, others = parser.parse_known_args(arguments)
    setting = ["-D", f"{_RERUN}{','.join(known.rerun)}"]
    return [*others, *setting] if "-M" in others else [*setting, *others]


def _set_up() -> None:
    """Exclude all present objects from later garbage collections."""
    gc.freeze()
    gc.set_threshold(*_BUILDING)


def warm_up(arguments: "Sequence[str]") -> "subprocess.Popen[bytes]":
    """Start the process that will run the examples, before they are known.

    If the cache does not exist yet, all examples will run, and the process starts a
    fork server too.  The folder of the cache is a guess, since nothing is imported yet
    that could parse the arguments.  After a wrong guess the fork server ends unused, or
    starts a little later.
    """
    words = [".", *arguments, "."]
    given = words.index("-d") + 1 if "-d" in words else 0
    doctrees = words[given] if given else os.path.join(words[-2], ".doctrees")
    cold = not os.path.isdir(os.path.join(doctrees, "example_output"))
    return start(low_priority=True, fork=cold)


def begin(
    arguments: "Sequence[str]",
    process: "subprocess.Popen[bytes]",
    description: "Description",
) -> "Ledger | None":
    """Start the examples of a build, unless its settings cannot be read.

    :param process: the process from :func:`warm_up`.
    :param description: the interpreter.
    """
    # Sphinx runs into the same error, and reports it better.
    with contextlib.suppress(Exception, SystemExit):
        return _head_start(arguments, process, description)
    process.communicate()
    return None


def _head_start(
    arguments: "Sequence[str]",
    process: "subprocess.Popen[bytes]",
    description: "Description",
) -> "Ledger":
    from example_output.conf_file import evaluate
    from example_output.settings import Settings

    known, _ = _parser().parse_known_args(arguments)
    confdir = _confdir(known)
    # Evaluated in this process, because starting another one would take longer.
    settings = Settings.read(confdir, evaluate(confdir / "conf.py"))
    ledger = _ledger(known, settings, description)
    ledger.start(process)
    return ledger


def why(arguments: "Sequence[str]") -> int:
    """Explain why this build would or would not run one example."""
    from dataclasses import replace
    from pathlib import Path

    from example_output.conf_file import read_settings
    from example_output.running.interpreter import Description
    from example_output.settings import SettingsError, names

    known, _ = _parser().parse_known_args(arguments)
    try:
        settings = read_settings(_confdir(known))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    for word in known.define or ():
        if word.startswith(_RERUN):
            again = names(word.removeprefix(_RERUN))
            settings = replace(settings, rerun=again)
    try:
        ledger = _ledger(known, settings, Description())
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    name, path = known.why, Path(known.why)
    wanted = path.parent.resolve() / path.name
    if wanted.is_relative_to(ledger.settings.folder):
        name = wanted.relative_to(ledger.settings.folder).as_posix()
    outcome = ledger.outcomes.get(name)
    if outcome is None:
        print(ledger.gate.folder.missing(name, "there is no such example").text)
        return 1
    print(f"{name}: {outcome.why}")
    return 0


def _ledger(
    known: "argparse.Namespace", settings: "Settings", description: "Description"
) -> "Ledger":
    from pathlib import Path

    from example_output.running.ledger import Ledger, cache_folder

    folder = cache_folder(settings, Path(_doctrees(known)))
    return Ledger(settings, folder, description)


def _confdir(known: "argparse.Namespace") -> "Path":
    from pathlib import Path

    return Path(os.path.realpath(known.config_dir or known.places[0]))


def _doctrees(known: "argparse.Namespace") -> str:
    _source, output = known.places[:2]
    return os.path.realpath(known.doctree_dir or f"{output}/.doctrees")


def _parser() -> "argparse.ArgumentParser":
    """A parser for the options of sphinx-build that take a value, and its folders."""
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
    """Exit without deallocating objects: the system frees all memory at once."""
    import atexit

    atexit._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):  # one may be closed: 2>&-
        with contextlib.suppress(BrokenPipeError):
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    _exit(main(sys.argv[1:]))
