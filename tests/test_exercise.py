"""Exercises: what stops a build, from recordings alone, and what pytest says."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

from conftest import REPOSITORY, Project, slow_but
from example_output.example import Example
from example_output.exercise import RIGHT, WRONG, Exercise, find, verdict
from example_output.folder import Folder
from example_output.playground.prover import Prover
from example_output.playground.runtime import Runtime
from example_output.settings import Settings
from example_output.timeline.checks import judge
from example_output.timeline.failures import Run
from example_output.timeline.recorded import read_timeline
from example_output.transcript import Transcript
from test_directives import Page, page, read, warnings  # noqa: F401  # a fixture

PRACTICE = REPOSITORY / "examples" / "practice"
NAMES = sorted(path.stem for path in PRACTICE.glob("*.checks"))
CHECKS = (PRACTICE / "kept.checks").read_text("utf-8")


def copy_of(name: str, folder: Path) -> Path:
    """A copy of an exercise in a folder."""
    folder.mkdir(parents=True)
    for path in PRACTICE.glob(f"{name}[._]*"):
        if path.is_dir():
            shutil.copytree(path, folder / path.name)
        else:
            shutil.copyfile(path, folder / path.name)
    return folder


def exercise_in(base: Path, name: str) -> Exercise:
    folder = Folder(Settings.read(base, {}))
    return Exercise(folder, folder.find(f"{name}.py"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with an exercise and nothing else."""
    return copy_of("kept", tmp_path / "examples")


def problem(folder: Path) -> str:
    """The only problem of the exercise, without the name of the program."""
    [found] = exercise_in(folder.parent, "kept").problems()
    assert found.name == "kept.py"
    return found.text.removeprefix("kept.py: ")


@pytest.mark.parametrize("name", NAMES)
def test_each_exercise_has_other_solutions_and_programs_that_fail(name: str) -> None:
    folder = Folder(Settings.read(REPOSITORY, {}))
    exercise = Exercise(folder, folder.find(f"practice/{name}.py"))
    assert exercise.problems() == []
    assert len(exercise.programs(RIGHT)) >= 3
    assert len(exercise.programs(WRONG)) >= 4
    for program in exercise.programs(WRONG):
        assert exercise.declared(program) in exercise.checks


def test_exercise_as_it_is_has_no_problem(folder: Path) -> None:
    assert exercise_in(folder.parent, "kept").problems() == []


def test_check_that_nothing_fails_is_an_error_at_its_line(folder: Path) -> None:
    (folder / "kept.checks").write_text(f"{CHECKS}exits 0\n")
    line = CHECKS.count("\n") + 1
    assert problem(folder) == (
        "nothing fails the check 'exits 0', so it proves nothing\n"
        f"at examples/kept.checks:{line}\n"
        "Add to kept.wrong/ a program that fails it, with the comment: # fails: exits 0"
    )


def test_start_that_passes_is_an_error(folder: Path) -> None:
    for suffix in (".out", ".timeline"):
        text = (folder / f"kept_solution{suffix}").read_text()
        text = text.replace("kept_solution.py", "kept.py")
        (folder / f"kept{suffix}").write_text(text)
    assert "the start passes every check already, on every supp" in problem(folder)


def test_solution_that_fails_is_an_error_with_its_sentence(folder: Path) -> None:
    (folder / "kept.checks").write_text(CHECKS.replace("by 1 s", "by 0.4 s"))
    program = folder / "kept.wrong" / "waits_for_a_time.py"
    program.write_text("# fails: ends by 0.4 s\n")
    assert problem(folder) == (
        "the solution fails 'ends by 0.4 s' on every supported Python: It is over "
        "after 1 s, not by 0.4 s. Wait for the task itself, and not for a time.\n"
        "at examples/kept.checks:9\nFix the solution, or the check"
    )


def test_typo_is_an_error_at_its_line_with_the_nearest_verb(folder: Path) -> None:
    (folder / "kept.checks").write_text(CHECKS.replace("together", "togehter"))
    assert problem(folder) == (
        "this is not a check: 'togehter 2'\nat examples/kept.checks:8\n"
        "Did you mean it as in 'together 3'?"
    )


@pytest.mark.parametrize(
    ("file", "cause"),
    [
        ("kept_solution.py", "its solution kept_solution.py is missing"),
        ("kept.checks", "its checks are missing: there is no kept.checks"),
        ("kept.timeline", "kept.py has no recorded timeline to judge"),
        ("kept_solution.timeline", "kept_solution.py has no recorded timeline"),
    ],
)
def test_missing_file_is_an_error(folder: Path, file: str, cause: str) -> None:
    (folder / file).unlink()
    assert problem(folder).startswith(cause)


def test_timeline_that_is_unfit_cannot_be_judged(folder: Path) -> None:
    (folder / "kept.timeline").write_text("unfit: it starts a thread\n")
    assert "kept.py cannot be judged: it starts a thread" in problem(folder)


def test_wrong_program_names_the_check_that_it_fails(folder: Path) -> None:
    program = folder / "kept.wrong" / "ends_too_early.py"
    program.write_text("print()\n# fails: finish\n")
    assert problem(folder) == (
        "ends_too_early.py names a check that is not there: 'finish'\n"
        "at examples/kept.wrong/ends_too_early.py:2\nDid you mean 'finishes'?"
    )
    program.write_text("print()\n")
    assert problem(folder).endswith("Add a comment: # fails: finishes")


def test_right_and_wrong_programs_are_no_examples(folder: Path) -> None:
    found = Folder(Settings.read(folder.parent, {}))
    assert sorted(found.examples) == ["kept.py", "kept_solution.py"]
    program = folder / "kept.right" / "group.py"
    exercise, same = find(found, program) or (None, None)
    assert exercise is not None
    assert exercise.start.name == "kept.py"
    assert same is not None
    assert same.path == program
    assert find(found, folder / "kept.checks") == (exercise, None)
    assert find(found, folder / "kept.py") is None
    (folder / "kept.py").unlink()
    assert find(Folder(found.settings), program) is None


def test_pytest_says_of_each_program_what_a_reader_would_read(
    project: Callable[[str], Project],
) -> None:
    root = project("basic")
    copy_of("kept", root / "examples" / "practice")
    place = "examples/practice/kept"
    root.write(f"{place}.right/late.py", root.read(f"{place}.wrong/only_prints.py"))
    root.write(f"{place}.wrong/late.py", root.read(f"{place}_solution.py"))
    root.replace(f"{place}.wrong/late.py", "import", "# fails: together 2\nimport")
    done = root.pytest("examples/practice", "-rA")
    assert "2 failed, 17 passed" in done.plain
    assert (
        "practice/kept.right/late.py: it should pass: 1 task sleeps at the same time; "
        "2 should."
    ) in done.plain
    assert (
        "practice/kept.wrong/late.py: it should fail 'together 2', and passes it"
    ) in done.plain
    assert "kept.checks::recordings" in done.plain


@pytest.mark.slow
def test_the_python_of_pages_judges_programs_as_pytest_does() -> None:
    """An eighth of them: each starts a Python, and sleeps for as long as it says."""
    folder = Folder(Settings.read(REPOSITORY, {}))
    exercises = [Exercise(folder, folder.find(f"practice/{n}.py")) for n in NAMES]
    programs = {
        program: exercise
        for exercise in exercises
        for program in (
            exercise.start,
            exercise.solution,
            *exercise.programs(RIGHT),
            *exercise.programs(WRONG),
        )
    }
    said: dict[str, str] = {}
    prover = Prover(Runtime(REPOSITORY / ".playground"), folder)
    left = [*programs][::8]
    for _ in range(3):  # a machine that is slow for a moment makes a program compute
        runs = dict(prover.run(left))
        said |= {p.name: wrong_with(programs[p], p, run) for p, run in runs.items()}
        left = [
            p for p, r in runs.items() if said[p.name] and " compute: " in r.timeline
        ]
        if not left:
            break
    assert len(said) > 25
    assert {name: words for name, words in said.items() if words} == {}


def wrong_with(exercise: Exercise, program: Example, run: Transcript) -> str:
    """What is wrong with a program of an exercise; empty if nothing is."""
    if run.ending != "exit":
        # In a page it is not judged, and says that it does not end.
        return "" if program.path.parent.suffix == WRONG else "it does not end"
    if program.path.parent.suffix in (RIGHT, WRONG):
        return verdict(exercise, program, run)
    done = Run(read_timeline(run.timeline), run.plain, run.status)
    failures = [*filter(None, judge(exercise.checks, done))]
    wrong = bool(failures) is (program == exercise.solution)
    return f"{program.name}: {failures}" if wrong else ""


# -- On a page -------------------------------------------------------------------------


def task(*options: str) -> str:
    lines = ["```{exercise} Save the *letter*.", *options, "", "Because.", "```"]
    return "\n".join(lines)


def files_of(name: str) -> dict[str, str]:
    """The files of an exercise, as the fixture takes them."""
    own = re.compile(rf"{name}(_solution)?\.\w+")
    found = [path.relative_to(PRACTICE) for path in PRACTICE.rglob("*.*")]
    return {
        "__".join(("examples", *path.parts)): (PRACTICE / path).read_text("utf-8")
        for path in found
        if own.fullmatch(path.parts[0]) and (PRACTICE / path).is_file()
    }


@pytest.mark.parametrize(
    "builder", slow_but("html", "latex", of=["html", "epub", "text", "latex"])
)
def test_task_start_hints_and_solution_are_on_the_page_of_every_format(
    page: Page,  # noqa: F811
    builder: str,
) -> None:
    listed = "\n\n```{practice-list} easy\n```\n\n```{practice-list} hard\n```"
    text = task(":example: kept.py", ":hints: Hold the `task`.")
    app = page(text + listed, builder, **files_of("kept"))
    assert not warnings(app, "exercise")
    if builder == "html":
        pages = Path(app.outdir)
        markup = (pages / "third.html").read_text("utf-8")
        assert markup.count("practice.js") == markup.count("practice.css") == 1
        assert "practice." not in (pages / "index.html").read_text("utf-8")
        assert '<a class="reference internal" href="#exercise">' in markup
        for summary in ("Hint", "A solution"):
            assert f'<details class="what-if">\n<summary>{summary}</summary>' in markup
        words = read(app)
    elif builder == "epub":
        markup = Path(app.outdir, "third.xhtml").read_text("utf-8")
        assert "practice.js" not in markup
        words = re.sub(r"<[^>]+>", "", markup)
    else:
        (book,) = Path(app.outdir).glob("*.tex" if builder == "latex" else "third.txt")
        words = book.read_text("utf-8")
    parts = ["Exercise", "Save the ", "other work done", "It is solved when:"]
    parts += ["Every task finishes.", "Hint", "Hold the ", "A solution", "Because."]
    places = [words.index(part) for part in parts]
    assert places == sorted(places)
    if builder != "latex":
        assert words.count("Third: Save the letter.") == 1


def test_problems_of_an_exercise_stop_the_build_at_their_line(
    page: Page,  # noqa: F811
) -> None:
    files = files_of("kept") | {"examples__kept.checks": f"{CHECKS}exits 0\n"}
    once = task(":example: kept.py", ":level: hard")
    app = page(f"{once}\n\n{once}\n\n{task(':example: no.py')}", **files)
    unfailed, second = warnings(app, "exercise")
    assert "third.md:3: WARNING: kept.py: nothing fails the check 'exits 0'" in unfailed
    assert "examples/kept.checks:11" in unfailed
    assert "third.md:10: WARNING: kept.py: its page has an exercise" in second
    (missing,) = warnings(app, "missing")
    assert "third.md:17: WARNING: no.py: " in missing
    assert app.statuscode == 1


def test_page_is_read_again_when_another_program_lies_beside_it(
    page: Page,  # noqa: F811
    make_app: Callable[..., SphinxTestApp],
) -> None:
    app = page(task(":example: kept.py"), **files_of("kept"))
    assert not warnings(app, "exercise")
    program = Path(app.srcdir, "examples/kept.wrong/new.py")
    program.write_text("# fails: finishs\n")
    again = make_app("html", srcdir=app.srcdir)
    again.build()
    (warning,) = warnings(again, "exercise")
    assert "Did you mean 'finishes'?" in warning
