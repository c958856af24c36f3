"""Steps of programs: when they are recorded, and when they are compared."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from conftest import REPOSITORY
from example_output.example import Example
from example_output.folder import Folder
from example_output.playground.proofs import Proofs
from example_output.playground.prover import Prover
from example_output.playground.runtime import Runtime
from example_output.playground.steps import LINES, RUNS, prove_steps, text_of
from example_output.settings import Settings

NAME = "a.py"


# Its order is that of the addresses.
OF_A_SET = """\
class Thing:
    def __init__(self, name):
        self.name = name

for thing in {Thing(n) for n in range(8)}:
    name = thing.name
"""


def log(*values: object) -> str:
    """What the observer logs of a program that runs a line for each value."""
    rows = [
        {"turn": 0, "time": 0, "lane": 0, "at": number, "function": ""}
        | {"variables": {"x": str(value)}, "ready": [], "timers": []}
        for number, value in enumerate(values, 1)
    ]
    return "".join(f"{json.dumps(row)}\n" for row in rows)


class Steps:
    """A project with one program, whose logs are given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs: list[str] = []
        self.runs = 0
        (folder / "examples").mkdir()
        self.program = folder / "examples" / NAME
        self.steps = self.program.with_suffix(".steps")
        self.program.write_text("x = 1\n")

    @property
    def project(self) -> Folder:
        """Its examples and settings, as they are now."""
        return Folder(Settings.read(self.folder, {}))

    def answers(
        self, examples: Iterable[Example], **_: object
    ) -> Iterator[tuple[Example, dict[str, Any]]]:
        """As the prover: a run of each."""
        for example in examples:
            yield example, {"events": self.logs[min(self.runs, len(self.logs) - 1)]}
            self.runs += 1

    def prove(self, *logs: str, writing: bool = True) -> tuple[str, list[str]]:
        """Prove with these logs, the last again and again; why not, and problems."""
        self.logs, self.runs = list(logs), 0
        folder = self.project
        proofs = Proofs(folder)
        gate = SimpleNamespace(folder=folder, settings=folder.settings)
        prover = cast("Prover", SimpleNamespace(gate=gate, answers=self.answers))
        found, problems = prove_steps(prover, proofs, {NAME: ""}, writing=writing)
        if writing:
            proofs.path.write_text(proofs.text({NAME: ""}, found), "utf-8")
        return found[NAME][1], problems


@pytest.fixture
def steps(tmp_path: Path) -> Steps:
    """A program without recorded steps."""
    return Steps(tmp_path)


def test_new_steps_need_runs_that_agree(steps: Steps) -> None:
    assert steps.prove(log(1), log(2), log(1)) == (
        "its variables differ between runs",
        [],
    )
    assert not steps.steps.exists()
    assert steps.prove(log(1)) == ("", [])
    assert steps.runs == RUNS
    assert steps.steps.read_text("utf-8").count("\n") == 1
    # Those that are recorded are compared with one run.
    assert steps.prove(log(1)) == ("", [])
    assert steps.runs == 1


@pytest.mark.slow
def test_steps_that_depend_on_addresses_are_not_recorded(steps: Steps) -> None:
    steps.program.write_text(OF_A_SET)
    prover = Prover(Runtime(REPOSITORY / ".playground"), steps.project)
    [example] = prover.gate.folder.examples.values()
    found = [
        text_of(answer["events"])
        for moved in range(RUNS)
        for _, answer in prover.answers([example], lines=LINES + 1, moved=moved)
    ]
    # They may be the same on every run, until its objects are at other addresses.
    assert len(set(found)) > 1


def test_other_steps_of_the_same_program_are_a_problem_until_they_are_accepted(
    steps: Steps,
) -> None:
    steps.prove(log(1))
    before = steps.steps.read_text("utf-8")
    for _ in range(2):  # also the second time
        _, [problem] = steps.prove(log(2))
        assert problem.startswith("examples/a.steps: its lines or variables differ")
        assert steps.steps.read_text("utf-8") == before
    steps.steps.unlink()
    assert steps.prove(log(2)) == ("", [])
    assert steps.steps.read_text("utf-8") != before


def test_a_program_that_has_changed_is_recorded_again(steps: Steps) -> None:
    steps.prove(log(1))
    steps.program.write_text("x = 2\n")
    assert steps.prove(log(2)) == ("", [])
    assert steps.runs == RUNS
    assert '"2"' in steps.steps.read_text("utf-8")


@pytest.mark.parametrize(
    ("logged", "why"),
    [
        (log(*range(LINES + 1)), "it runs more than 1,000 lines"),
        ("", "no line of it runs"),
    ],
)
def test_what_cannot_be_stepped_through_has_a_reason(
    steps: Steps, logged: str, why: str
) -> None:
    assert steps.prove(logged) == (why, [])
    assert not steps.steps.exists()


def test_nothing_is_written_or_removed_where_nothing_may_be(steps: Steps) -> None:
    steps.prove(log(1), writing=False)
    assert not steps.steps.exists()
    steps.steps.write_text('[1, "0 s: the program", [], [], []]\n')
    steps.prove(log(1), log(2), writing=False)
    assert steps.steps.exists()
