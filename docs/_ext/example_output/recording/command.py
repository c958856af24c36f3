"""``python -m example_output --record`` and ``--check``: as pytest, without it."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from example_output import options
from example_output.conf_file import read_settings
from example_output.example import Example, get_chosen
from example_output.exercise import CHECKS, Exercise
from example_output.folder import Folder
from example_output.metadata import ExampleError
from example_output.problems import Problem, annotations, annotations_wanted
from example_output.recording.ignored import ignored_by_git
from example_output.recording.recorder import RefusedError, writing_allowed
from example_output.recording.trial import (
    WROTE,
    Mode,
    Python,
    Trial,
    find_axes,
    notes,
    on,
    strays,
)
from example_output.running.interpreter import (
    InterpreterError,
    find_interpreter,
    this_interpreter,
)
from example_output.running.runs import RunnerError, Runs
from example_output.settings import USUAL, Settings, SettingsError


class _UsageError(ValueError):
    """The arguments cannot be used; the message says why."""


def main(arguments: Sequence[str]) -> int:
    """Check or record examples; return the exit status."""
    known = _parser().parse_args(arguments)
    recording = known.record and writing_allowed()
    if known.record and not recording:
        print("CI is set, so --record writes nothing and compares")
    mode = Mode(recording, known.timeline, known.accept_failure)
    try:
        settings = read_settings(_confdir(known))
        folder = Folder(settings)
        interpreters = [find_interpreter(version) for version in known.python]
        absent: list[str] = []
        pythons = list(find_axes(folder, known.axis, absent))
        if not known.axis or interpreters:
            usual = interpreters or [this_interpreter()]
            pythons = [*(on(python, folder) for python in usual), *pythons]
        for text in absent:
            print(f"{text}, so it is left out")
        examples = list(_chosen(folder, known.paths))
        trials = [t for e in examples for t in _trials(e, pythons, mode)]
        problems = strays(folder, pythons) if pythons and not known.paths else []
        problems += [one for e in examples for one in _exercise_problems(folder, e)]
        return _try(settings, trials, mode, [] if recording else problems)
    except (SettingsError, InterpreterError, RunnerError, _UsageError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        done = "what was recorded before stays" if recording else "nothing was written"
        print(f"interrupted: {done}", file=sys.stderr)
        return 130  # as a shell has it


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m example_output",
        description="Check or record examples, as pytest does.",
        allow_abbrev=False,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--record", options.RECORD, action="store_true", help="record the examples"
    )
    what.add_argument(
        "--check",
        action="store_true",
        help="compare examples with their recordings",
    )
    _add_options(parser)
    return parser


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-c", "--conf-dir", metavar="FOLDER", help="the folder of conf.py"
    )
    parser.add_argument(
        "--accept-failure",
        options.ACCEPT_FAILURE,
        action="store_true",
        dest="accept_failure",
        help="also record a program that fails, for the first time",
    )
    parser.add_argument(
        "--timeline",
        options.TIMELINE,
        action="store_true",
        dest="timeline",
        help="also record timelines of examples that have none yet",
    )
    parser.add_argument(
        "--python",
        options.PYTHON,
        action="append",
        default=[],
        dest="python",
        metavar="VERSION",
        help="run on this Python; may be repeated",
    )
    parser.add_argument(
        "--axis",
        options.AXIS,
        action="append",
        default=[],
        dest="axis",
        metavar="AXIS",
        help="run on this axis of example_output_axes; may be repeated",
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="examples and folders; by default, all"
    )


def _confdir(known: argparse.Namespace) -> Path:
    """The folder of ``conf.py``: as given, a usual one, or one around an example."""
    if known.conf_dir:
        usual = [Path(known.conf_dir)]
    else:
        given = [Path(os.path.realpath(path)) for path in known.paths]
        below = [path / name for path in given for name in USUAL]
        above = [up for path in given for up in path.parents]
        usual = [*map(Path, USUAL), *below, *above]
    for folder in usual:
        if (folder / "conf.py").is_file():
            return folder
    places = known.conf_dir or f"{', '.join(USUAL)} or above the examples"
    raise _UsageError(f"there is no conf.py in {places}: name its folder with -c")


def _chosen(folder: Folder, paths: Sequence[str]) -> Iterator[Example]:
    """Yield the examples at some paths, in their order; all if there are none.

    :raises _UsageError: if there is no example at one of them, or none at all.
    """
    if not paths and not folder.examples:
        shown = folder.settings.shown(folder.settings.folder)
        raise _UsageError(f"there is no example in {shown}/")
    if not paths:
        yield from folder.examples.values()
    seen: set[str] = set()
    for path in paths:
        found = [
            e for e in folder.examples.values() if _is_at(folder.settings, e, path)
        ]
        if not found:
            raise _UsageError(_why_none(folder, path))
        yield from (example for example in found if example.name not in seen)
        seen |= {example.name for example in found}


def _is_at(settings: Settings, example: Example, path: str) -> bool:
    """Whether an example is a file, or in a folder, that is named in some way.

    :param path: relative to the working folder, to ``conf.py``, or to the examples
        folder.
    """
    return any(example.path.is_relative_to(place) for place in _places(settings, path))


def _places(settings: Settings, path: str) -> list[Path]:
    starts = (Path.cwd(), settings.base, settings.folder)
    return [Path(os.path.abspath(start / path)) for start in starts]


def _why_none(folder: Folder, path: str) -> str:
    """Why there is no example at a path, and what to do."""
    settings = folder.settings
    there = [place for place in _places(settings, path) if os.path.exists(place)]
    if not there:
        return folder.missing(path, "there is no such example").text
    inside = [place for place in there if place.is_relative_to(settings.folder)]
    cause = f"it is not in {settings.shown(settings.folder)}/, where the examples are"
    if inside and inside[0].is_dir():
        cause = "there is no example in this folder"
    elif inside:
        name = inside[0].relative_to(settings.folder).as_posix()
        try:
            get_chosen(settings, name)
        except ExampleError as error:
            cause = str(error)
    return f"{path}: {cause}\nName an example, or a folder of examples"


def _exercise_problems(folder: Folder, example: Example) -> Iterator[Problem]:
    """What is wrong with the exercise that begins with an example, if one does."""
    if example.recorded(CHECKS).is_file():
        yield from Exercise(folder, example).problems()


def _trials(example: Example, pythons: list[Python], mode: Mode) -> Iterator[Trial]:
    """Yield a trial for each Python; one for all of them when recording."""
    usual = [python for python in pythons if not python[1].axis]
    groups = [[python] for python in pythons]
    if mode.recording and usual:  # an axis comes after what it differs from
        groups = [usual]
    return (Trial(example, group, mode) for group in groups)


def _try(
    settings: Settings, trials: list[Trial], mode: Mode, problems: list[Problem]
) -> int:
    """Make the runs, and say what comes of them; return the exit status.

    :param problems: of recordings that belong to none of them, and of exercises.
    """
    jobs = [job for trial in trials for job in trial.jobs]
    failed = skipped = 0
    changed: list[str] = []
    with Runs(jobs, at_once=settings.jobs, load=mode.recording) as runs:
        for trial in trials:
            if not trial.problem and not trial.gates:
                print(f"skipped: {trial.example.name}: {trial.inapplicable}")
                skipped += 1
                continue
            text = _one(settings, trial, runs, changed)
            failed += bool(text)
            if text:
                print(f"{text}\n")
    for problem in problems:
        print(f"{problem.text}\n")
    if mode.recording and not (changed or failed):
        print("nothing changed")
    tried = len(trials) - skipped
    done = f"{tried - failed} recorded" if mode.recording else f"{tried} checked"
    count = len(problems)
    others = f", {count} other problem{'s' * (count > 1)}" if count else ""
    print(f"examples: {done}, {failed} failed, {skipped} skipped{others}")
    written = [line.removeprefix(WROTE) for line in changed if line.startswith(WROTE)]
    if warning := ignored_by_git(written, settings.origin):
        print(warning)
    return 1 if failed or problems else 0


def _one(settings: Settings, trial: Trial, runs: Runs, changed: list[str]) -> str:
    """Check or record one example; return what is wrong.

    :param changed: gets a line for each recording that was written or removed.
    """
    results = [(job, runs.result(job.key)) for job in trial.jobs]
    problem = trial.problem
    if not problem and not trial.mode.recording:
        problem, _ = trial.check(results)
    if problem and annotations_wanted():
        print(*annotations(problem, problem.places[:1], settings.origin), sep="\n")
    if problem or not trial.mode.recording:
        return problem.text if problem else ""
    try:
        done = trial.record(results)
    except RefusedError as error:
        return str(error)
    for note in notes(done, settings.shown):
        print(note)
        changed.append(note)
    return ""
