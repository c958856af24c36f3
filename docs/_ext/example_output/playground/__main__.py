"""``python -m example_output.playground FOLDER``: install the Python for browsers.

With ``--prove`` it also runs all examples of a project in that Python, and writes down
which of them run there.  With ``--record`` it records one example with it, on a machine
that has no other Python of that version.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from example_output import options
from example_output.conf_file import read_settings
from example_output.files import write_atomically
from example_output.folder import Folder
from example_output.playground.proofs import Proofs
from example_output.playground.prover import Prover
from example_output.playground.runtime import (
    PAGES,
    RELEASES,
    Maker,
    PlaygroundError,
    Runtime,
    folder_of,
)
from example_output.playground.steps import prove_steps
from example_output.recording.recorder import writing_allowed
from example_output.recording.reproduced import Reproduced
from example_output.settings import SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Install a runtime, unless it is up to date; prove or record examples in it."""
    given = _parser().parse_args(arguments)
    release = RELEASES[given.python]
    runtime = Maker(folder_of(release, given.folder), release)
    try:
        if not (runtime.is_ready and runtime.is_whole):
            pyodide = runtime.release.pyodide
            print(f"Fetching the Python that runs in browsers (Pyodide {pyodide}) ...")
            runtime.make()
        if given.record:
            _record(runtime, *given.record, accept_failure=given.accept_failure)
        if given.prove:
            folder = Folder(read_settings(given.prove))
            return _prove(runtime, folder, missing=given.missing)
    except (PlaygroundError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m example_output.playground")
    parser.add_argument("folder", type=Path, help="where to install the runtime")
    parser.add_argument(
        "--prove", type=Path, metavar="CONFDIR", help="run all examples of a project"
    )
    parser.add_argument(
        "--missing",
        action="store_true",
        help="with --prove: only those that have no proof, or one that no longer holds",
    )
    parser.add_argument(
        "--record",
        nargs=2,
        type=Path,
        metavar=("CONFDIR", "EXAMPLE"),
        help="record one example of a project on that Python",
    )
    parser.add_argument(
        "--python",
        choices=RELEASES,
        default=PAGES.minor,
        help=f"its version; another one than {PAGES.minor} lies beside the folder",
    )
    parser.add_argument(
        options.ACCEPT_FAILURE,
        dest="accept_failure",
        action="store_true",
        help="with --record: also record a program that fails, for the first time",
    )
    return parser


def _record(
    runtime: Runtime, confdir: Path, path: Path, *, accept_failure: bool
) -> None:
    if not writing_allowed():
        raise PlaygroundError("CI is set, so nothing is written")
    settings = read_settings(confdir)
    prover = Prover(runtime, Folder(settings))
    changed = prover.record(path, accept_failure=accept_failure)
    for file in changed:
        done = "wrote" if file.is_file() else "removed"
        print(f"{done} {settings.shown(file)}")
    if not changed:
        print("nothing changed")


def _prove(runtime: Runtime, folder: Folder, *, missing: bool) -> int:
    """Run all examples, and note which of them print what is recorded.

    :param missing: whether those are left out of which all is known.
    """
    release, writing = runtime.release, writing_allowed()
    prover, reproduced = Prover(runtime, folder), Reproduced(folder, release.minor)
    proofs = Proofs(folder, release)
    examples = folder.examples.values()
    wanted = [
        example
        for example in examples
        if not missing
        or proofs.reason(example) is None
        or release.minor in reproduced.missing(example)
    ]
    runs = prover.prove(wanted)
    problems = prover.note(reproduced, runs)
    reasons = prover.reasons(wanted, runs)
    _list(reasons)
    steps: dict[str, tuple[str, str]] = {}
    if release == PAGES:
        steps, drifted = prove_steps(prover, proofs, reasons, writing=writing)
        problems += drifted
    if writing:
        write_atomically(proofs.path, proofs.text(reasons, steps))
        reproduced.write()
    for problem in problems:
        print(problem, file=sys.stderr)
    held = sum(reproduced.reason(e, release.minor) == "" for e in examples)
    print(f"{held} of {len(examples)} examples hold on {release.python}")
    return 1 if problems else 0


def _list(reasons: Mapping[str, str]) -> None:
    """Say which examples run in pages, and why the others do not."""
    runs = sum(not reason for reason in reasons.values())
    print(f"{runs} of {len(reasons)} examples run in browsers")
    for name, reason in reasons.items():
        if reason:
            print(f"  not {name}: {reason}")


if __name__ == "__main__":
    raise SystemExit(main())
