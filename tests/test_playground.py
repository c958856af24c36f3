"""Programs that run in the page, on its own Python, pass the gate."""

import html
import http.server
import io
import json
import re
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from PIL import Image

from conftest import (
    CHANGED,
    REPOSITORY,
    NewPage,
    Project,
    box_of,
    slow,
    wait_for_text,
    wait_until,
)
from example_output.conf_file import read_settings
from example_output.example import Example
from example_output.folder import Folder
from example_output.gate import Gate
from example_output.playground import __main__ as proving
from example_output.playground.__main__ import main
from example_output.playground.proofs import Proofs
from example_output.playground.prover import Prover, transcript
from example_output.playground.runtime import (
    PAGES,
    SOURCES,
    Maker,
    PlaygroundError,
    Runtime,
    fingerprint,
)
from example_output.running.interpreter import this_interpreter
from example_output.settings import Settings, SettingsError
from example_output.transcript import Transcript

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

RUNTIME = Runtime(REPOSITORY / ".playground")
WORKED = {
    "tutorial/one-task": "create_task",
    "tutorial/many-tasks": "create_many_tasks",
    "tutorial/ensure-future": "ensure_future",
    "tutorial/loop-create-task": "loop_create_task",
    "tutorial/no-running-event-loop": "outside_coroutine",
    "tutorial/not-a-coroutine": "from_function",
}


@pytest.fixture(scope="session")
def gate() -> Gate:
    """The examples of this site."""
    return Gate(Folder(read_settings(REPOSITORY)), this_interpreter().version)


@pytest.fixture(scope="session")
def runtime() -> Runtime:
    """The runtime that ``make`` fetches."""
    if not RUNTIME.is_ready:
        pytest.fail("no runtime; make test fetches it: make playground")
    return RUNTIME


# -- Every example, in Node ------------------------------------------------------------


@pytest.mark.slow
def test_committed_proofs_match_runs(
    gate: Gate, runtime: Runtime, new_page: NewPage
) -> None:
    """Run a tenth of the examples; whoever committed the proofs has run them all.

    Each entry holds a digest of everything that a run depends on, including the
    runtime, which the next test compares.
    """
    browser, proofs = Prover(runtime, gate.folder), Proofs(gate.folder)
    some = [e for e in gate.folder.examples.values() if browser.gate.applies(e)][::10]
    found = list(browser.answers(some))
    assert len(found) == len(some) > 20
    page = with_scripts(new_page("tutorial/one-task"))
    for example, answer in found:
        run = transcript(answer)
        slow = browser.was_slow(example, run)
        judged = browser.prove([example])[example.name] if slow else run
        reason = browser.reason(example, judged)
        assert reason == proofs.reason(example), "make matrix writes it anew"
        # The page's script normalizes as the gate does.
        text = page.evaluate(NORMALIZE, answer["output"])
        assert text == run.output, example.name
    assert set(proofs.entries) == set(gate.folder.examples)


def test_what_is_known_of_other_examples_stays(gate: Gate) -> None:
    proofs = Proofs(gate.folder)
    name = "tutorial/create_task.py"
    text = proofs.text({name: "it is tried"}, {})
    found = json.loads(text)
    assert found[name][1:] == ["it is tried", "", ""]
    assert found == {**proofs.entries, name: found[name]}


def test_most_examples_run_and_the_others_have_a_reason(gate: Gate) -> None:
    proofs = Proofs(gate.folder)
    reasons = [proofs.reason(example) for example in gate.folder.examples.values()]
    assert None not in reasons
    assert reasons.count("") >= 0.8 * len(reasons)


def test_pages_have_the_buttons_and_the_reasons(gate: Gate, site: Path) -> None:
    proofs = Proofs(gate.folder)
    shown: dict[str, bool] = {}
    for path in site.rglob("*.html"):
        if path.name == "lab.html":
            continue  # its program is the reader's
        text = path.read_text("utf-8")
        for file in re.findall(r'class="example-actions" data-file="([^"]+)"', text):
            assert proofs.reason(gate.folder.examples[file]) == ""
            shown[file] = True
        notes = r'"example-no-run">Does not run in the page: (.*?)\.<'
        for reason in map(html.unescape, re.findall(notes, text)):
            assert reason in {r for _, r, _, _ in proofs.entries.values()}
            shown[reason] = False
    runs = {n for n, (_, reason, _, _) in proofs.entries.items() if not reason}
    assert {name for name, button in shown.items() if button} == runs
    expected = json.loads((site / "_static/playground/expected.json").read_text())
    assert set(expected) == runs
    with_checks = {name for name, known in expected.items() if "checks" in known}
    assert with_checks == {
        path.relative_to(gate.folder.settings.folder).with_suffix(".py").as_posix()
        for path in gate.folder.settings.folder.rglob("*.checks")
    }


def test_proof_is_invalid_after_a_change(
    gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = gate.folder.examples["tutorial/create_task.py"]
    other = tmp_path / example.path.name
    other.write_bytes(example.source + b"\n")
    (tmp_path / "create_task.out").write_bytes(
        example.path.with_suffix(".out").read_bytes()
    )
    changed = Example(tmp_path, "create_task.py")
    proofs = Proofs(gate.folder)
    assert proofs.reason(example) == ""
    assert proofs.digest(changed) != proofs.digest(example)
    monkeypatch.setattr(
        "example_output.playground.runtime._HOW_IT_RUNS", "another runtime"
    )
    # For the next build: one build answers the same all along.
    assert Proofs(gate.folder).reason(example) is None


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("RuntimeError: can't start new thread\n", "it starts a thread"),
        (
            "AttributeError: module 'socket' has no attribute 'SO_REUSEADDR'\n",
            "it opens a network connection",
        ),
        (
            "AttributeError: module 'signal' has no attribute 'alarm'\n",
            "it needs a function of the system that browsers lack",
        ),
        (
            "ModuleNotFoundError: No module named 'greeting'\n",
            "it imports what pages do not have",
        ),
    ],
)
def test_reason_names_the_missing_feature(
    gate: Gate, printed: str, reason: str
) -> None:
    example = gate.folder.examples["tutorial/create_task.py"]
    assert (
        Prover(RUNTIME, gate.folder).reason(example, Transcript(printed, 1)) == reason
    )


@pytest.mark.slow
def test_playground_output_can_be_recorded(
    runtime: Runtime,
    project: Callable[[str], Project],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("CI", raising=False)
    basic = project("basic")
    path = basic / "examples" / "hello.py"
    path.write_text("import sys\nprint(sys.version_info >= (3, 14))\n", "utf-8")
    path.with_suffix(".out").write_text("$ python hello.py\nFalse\n", "utf-8")
    words = [str(runtime.folder), "--record", str(basic.folder), str(path)]
    assert main(words) == 0
    assert capsys.readouterr().out == "wrote examples/hello.from-3.14.out\n"
    newest = path.with_suffix(".from-3.14.out")
    assert newest.read_text("utf-8") == "$ python hello.py\nTrue\n"
    assert path.with_suffix(".out").read_text("utf-8").endswith("\nFalse\n")
    # Nothing that depends on addresses, which are always the same in a page.
    path.write_text(
        "class Thing: pass\n"
        "things = [Thing() for _ in range(8)]\n"
        "print([things.index(thing) for thing in set(things)])\n"
    )
    assert main(words) == 1
    assert "hello.py" in capsys.readouterr().err
    assert newest.read_text("utf-8").endswith("\nTrue\n")


def test_unknown_example_cannot_be_recorded(
    project: Callable[[str], Project],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    basic = project("basic")
    words = [str(RUNTIME.folder), "--record", str(basic.folder), "examples/no.py"]
    monkeypatch.setenv("CI", "true")
    assert main(words) == 1
    assert "CI is set, so nothing is written" in capsys.readouterr().err
    monkeypatch.delenv("CI")
    assert main(words) == 1
    assert "examples/no.py: there is no such example" in capsys.readouterr().err


def test_invalid_example_has_no_proof(gate: Gate, tmp_path: Path) -> None:
    # It has an entry; what is wrong with it is for the gate to tell.
    (tmp_path / "tutorial").mkdir()
    (tmp_path / "tutorial" / "create_task.py").write_text("# /// script\n# x\n# ///\n")
    folder = Folder(gate.folder.settings)  # it remembers recordings by their names
    assert Proofs(folder).reason(Example(tmp_path, "tutorial/create_task.py")) is None


# -- The semantics of CPython ----------------------------------------------------------

RunHere = Callable[[str], Transcript]


@pytest.fixture
def run_here(runtime: Runtime, gate: Gate, tmp_path: Path) -> RunHere:
    """Run a program, given as text, in the runtime."""

    def run(source: str) -> Transcript:
        (tmp_path / "a_program.py").write_text(source, "utf-8")
        example = Example(tmp_path, "a_program.py")
        ((_, found),) = Prover(runtime, gate.folder).run([example])
        return found

    return run


@pytest.mark.parametrize(
    ("source", "output", "status"),
    [
        ("import sys\nprint(sys.argv, __name__)", "['a_program.py'] __main__\n", 0),
        ("print('a', end='')\nimport sys\nsys.exit(3)", "a", 3),
        slow("import sys\nsys.exit('sorry')", "sorry\n", 1),
        slow("raise SystemExit", "", 0),
        slow(
            "1 / 0",
            'Traceback (most recent call last):\n  File "a_program.py", line 1, in '
            "<module>\n    1 / 0\nZeroDivisionError: division by zero\n",
            1,
        ),
        (
            "import asyncio\n\nasync def work(n):\n    await asyncio.sleep(0.05)\n"
            "    print(n, asyncio.current_task().get_name())\n\nasync def main():\n"
            "    await asyncio.gather(*map(work, range(20)))\n\nasyncio.run(main())\n",
            "".join(f"{n} Task-{n + 2}\n" for n in range(20)),
            0,
        ),
        slow(
            "import sys\nfor n in range(4):\n    print(n)\n"
            "    print(n, file=sys.stderr)\n",
            "".join(f"{n}\n{n}\n" for n in range(4)),
            0,
        ),
        slow("import atexit\natexit.register(print, 2)\nprint(1)", "1\n2\n", 0),
        slow("try:\n    input()\nexcept EOFError:\n    print('end')", "end\n", 0),
        slow(
            "import time\ntry:\n    time.sleep(-1)\n"
            "except ValueError as e:\n    print(e)",
            "sleep length must be non-negative\n",
            0,
        ),
        slow("import html.parser, email.message\nprint('rest')", "rest\n", 0),
        slow("import no_such_module", None, 1),
        slow(
            "import asyncio\n\nasync def main():\n    pass\n\nloop = "
            "asyncio.new_event_loop()\nloop.run_until_complete(main())\n"
            "print(asyncio._get_running_loop())\nloop.close()\n",
            "None\n",
            0,
        ),
    ],
)  # fmt: skip
def test_program_runs_as_with_the_python_command(
    run_here: RunHere, source: str, output: str | None, status: int
) -> None:
    found = run_here(source)
    assert found.ending == "exit"
    assert found.status == status
    if output is not None:
        assert found.output == output


def test_node_gets_no_variables_of_the_build(
    runtime: Runtime, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, str]] = []

    def note(*_: object, env: dict[str, str], **__: object) -> None:
        given.append(env)
        raise OSError("no Node")

    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setattr(subprocess, "Popen", note)
    (tmp_path / "a_program.py").write_text("print(1)")
    with pytest.raises(OSError, match="no Node"):
        list(Prover(runtime, gate.folder).run([Example(tmp_path, "a_program.py")]))
    assert len(given) == 1
    assert "SECRET_TOKEN" not in given[0]


def test_program_in_node_reaches_no_javascript(run_here: RunHere) -> None:
    found = run_here(
        "from pyodide import webloop\n"
        "try:\n    import js\nexcept ImportError as e:\n    print(e)\n"
        "try:\n    webloop.scheduleCallback.constructor('return process')()\n"
        "except Exception as e:\n    print(e)\n"
    )
    assert found.output == (
        "No module named 'js'\nEvalError: programs cannot run JavaScript\n"
    )


def test_deadlock_in_node_is_reported(run_here: RunHere) -> None:
    found = run_here(
        "import asyncio\n\nasync def main():\n    print('waits')\n"
        "    await asyncio.Event().wait()\n\nasyncio.run(main())\n"
    )
    assert (found.output, found.ending) == ("waits\n", "timeout")


def test_runtime_is_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runtime: Runtime
) -> None:
    assert PAGES.pyodide in (runtime.site / "LICENSES.txt").read_text("utf-8")
    wrong = tmp_path / f"pyodide-{PAGES.pyodide}.tgz"
    wrong.write_bytes(b"another")
    done = subprocess.CompletedProcess([], 0, "", "")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    monkeypatch.setattr(
        "tempfile.TemporaryDirectory.__enter__", lambda _: str(tmp_path)
    )
    with pytest.raises(PlaygroundError, match="does not have the pinned hash"):
        Maker(tmp_path / "made").make()
    assert not (tmp_path / "made").exists()


def test_missing_network_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.CompletedProcess([], 1, "", "ENOTFOUND")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    with pytest.raises(
        PlaygroundError, match=r"(?s)npm cannot fetch pyodide.*ENOTFOUND"
    ):
        Maker(tmp_path / "made").make()
    assert list(tmp_path.iterdir()) == []


def test_error_from_node_is_passed_on() -> None:
    answer = {"key": "a.py", "output": "", "status": 0, "seconds": 0}
    with pytest.raises(PlaygroundError, match=r"a\.py: no memory"):
        transcript({**answer, "ending": "broken", "error": "no memory"})


def test_editor_is_small_and_has_its_licenses(runtime: Runtime) -> None:
    assert (runtime.site / "editor.bin").stat().st_size <= 150_000
    licenses = (runtime.site / "LICENSES.txt").read_text("utf-8")
    lock = json.loads((SOURCES / "editor" / "package-lock.json").read_text("utf-8"))
    for name in ("@codemirror/view", "@lezer/python", "style-mod"):
        entry = lock["packages"][f"node_modules/{name}"]
        assert f"{name} {entry['version']}, in editor.bin" in licenses
    assert licenses.count("Marijn Haverbeke") >= 10


def test_packages_of_the_editor_are_pinned() -> None:
    lock = json.loads((SOURCES / "editor" / "package-lock.json").read_text("utf-8"))
    for name, entry in lock["packages"].items():
        assert not name or entry["integrity"].startswith("sha512-")


def test_the_pages_script_is_eight_kilobytes_at_most(site: Path) -> None:
    import gzip

    script = (site / "_static" / "example_run.js").read_bytes()
    assert len(gzip.compress(script, 9)) <= 8 * 1024
    # And what it loads when a hand comes near.
    parts = [path.read_bytes() for path in (site / "_static" / "run").iterdir()]
    assert sum(len(gzip.compress(part, 9)) for part in parts) <= 24 * 1024


def test_a_project_without_a_runtime_has_no_buttons(
    project: Callable[[str], Project],
) -> None:
    basic = project("basic")
    assert basic.build("-W").status == 0
    assert "example-actions" not in basic.html()
    assert not (basic / "_build/html/_static/playground").exists()


def test_missing_runtime_is_reported(
    project: Callable[[str], Project],
) -> None:
    basic = project("basic")
    conf = basic.read("conf.py") + 'example_output_playground = "none"\n'
    basic.write("conf.py", conf)
    done = basic.build()
    assert "there is no runtime in none" in done.plain
    assert "python -m example_output.playground none" in done.plain
    assert "example-actions" not in basic.html()


def test_playground_setting_of_the_wrong_type_is_refused(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    with pytest.raises(SettingsError, match="example_output_playground = 1"):
        Settings.read(tmp_path, {"playground": 1})


def test_old_name_of_the_setting_works_with_a_warning(
    project: Callable[[str], Project],
) -> None:
    basic = project("basic")
    conf = basic.read("conf.py") + 'example_output_runtime = "none"\n'
    conf += "example_output_jbos = 3\n"
    basic.write("conf.py", conf)
    done = basic.build()
    assert "there is no runtime in none" in done.plain
    assert (
        "example_output_runtime is now called example_output_playground" in done.plain
    )
    assert (
        "there is no setting example_output_jbos: did you mean example_output_jobs?"
    ) in done.plain
    assert read_settings(basic.folder).playground == basic / "none"
    basic.write("conf.py", f'{conf}example_output_playground = "new"\n')
    assert "there is no runtime in new" in basic.build().plain
    assert read_settings(basic.folder).playground == basic / "new"


# -- In the browser --------------------------------------------------------------------


NORMALIZE = "text => exampleOutput.normalizeText(text)"


def with_scripts(page: "Page") -> "Page":
    """A page on which a hand has come near a Run button."""
    page.get_by_role("button", name="Run").first.hover()
    page.wait_for_function("() => Boolean(window.exampleOutput?.prepare)")
    return page


# What the panel says at the end of a run.
SAME = "Same as the documented output, and its tasks did the same."
TOLD = re.compile("What your change did|You changed the program")


def run_until(
    box: "Locator", text: str | re.Pattern[str], seconds: float = 120
) -> None:
    """Press Run, and wait for a text in the panel."""
    box.get_by_role("button", name="Run", exact=False).first.click()
    wait_for(box, text, seconds)


def wait_for(box: "Locator", text: str | re.Pattern[str], seconds: float = 120) -> None:
    """Wait until the panel shows a text."""
    wait_for_text(box.locator(".example-live"), text, seconds)


def printed(box: "Locator") -> list[str]:
    """The lines that a run has printed, without their times."""
    return box.locator(".run-row > span:last-child").all_inner_texts()


def is_seen(button: "Locator") -> bool:
    """Whether it stands out: a click also hits what is transparent or clipped."""
    picture = Image.open(io.BytesIO(button.screenshot())).convert("RGB")
    return len(picture.getcolors(picture.width * picture.height) or []) > 20


@pytest.mark.parametrize(("name", "program"), WORKED.items())
def test_worked_programs_run_as_documented(
    new_page: NewPage, runtime: Runtime, name: str, program: str
) -> None:
    page = new_page(name)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(300)
    # Nothing before the first click.
    assert [url for url in asked if not url.endswith("favicon.svg")] == []
    box = box_of(page, program)
    assert is_seen(box.get_by_role("button", name="Run").first)
    run_until(box, SAME)
    assert box.locator(".run-time").count() == len(printed(box)) > 0
    # At most 5.8 MB until then.
    files = {path.name: path.stat().st_size for path in runtime.site.iterdir()}
    names = {url.rpartition("/")[2] for url in asked if "/playground/" in url}
    assert {"pyodide.bin", "pyodide.asm.bin", "library.bin", "worker.js"} <= names
    assert "rest.bin" not in names
    assert sum(files.get(name, 0) for name in names) <= 5_800_000
    if program == "create_task":
        # Each line with the time at which it came.
        shown = box.locator(".run-time").all_inner_texts()
        times = [float(text.split()[0]) for text in shown]
        assert times[0] < 1  # of the program: Python took longer to start
        assert 0.9 < times[2] - times[1] < 5
    if program == "outside_coroutine":
        marks_the_line_of_its_error(box)


@pytest.mark.slow
def test_a_slow_machine_is_told_as_such(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")

    def slower(route: "Route") -> None:
        text = route.fetch().text().replace("def prepare(name):\n", SLOWER, 1)
        route.fulfill(body=text, content_type="text/x-python")

    page.context.route("**/prepare.py", slower)
    box = box_of(page, "create_task")
    run_until(box, SAME)
    said = box.locator(".run-verdict").inner_text()
    assert re.search(r"took about 0\.[2-9]\d* s, which the documented picture", said)
    assert "computes" in box.locator(".run-timeline").inner_text()
    assert box.locator(".tl-changed").count() == 0
    # Nor is it among what a change did.
    source = (REPOSITORY / "examples/tutorial/create_task.py").read_text("utf-8")
    edit(box, source.replace("asyncio.sleep(1)", "asyncio.sleep(0.7)"))
    run_until(box, TOLD)
    assert box.locator(".run-verdict li").all_inner_texts()[1:] == [
        "Task-2 sleeps 0.7 s, and no longer sleeps 1 s."
    ]
    said = box.locator(".run-verdict").inner_text()
    assert re.search(r"took about 0\.[2-9]\d* s, which the documented picture", said)
    changed = box.locator(".run-timeline svg:visible .tl-changed")
    assert set(changed.all_text_contents()) == {"Task-2"}


# Each print takes 0.15 s more.
SLOWER = """def prepare(name):
    import builtins
    real = builtins.print
    def slow(*words):
        end = time.perf_counter() + 0.15
        while time.perf_counter() < end:
            pass
        real(*words)
    builtins.print = slow
"""


def marks_the_line_of_its_error(box: "Locator") -> None:
    """A click on the message marks the line in the documented program."""
    text = box.locator(".run-message a").inner_text()
    box.locator(".run-message a").click()
    number, line = text.split()[1], box.locator(".run-marked:visible").inner_text()
    source = REPOSITORY / "examples/tutorial/outside_coroutine.py"
    written = line.strip().removeprefix(number).strip()
    assert written in source.read_text("utf-8").split("\n")


def edit(box: "Locator", source: str) -> "Locator":
    """Put another program into the editor."""
    editor = open_editor(box)
    replace(editor, source)
    return editor


def open_editor(box: "Locator") -> "Locator":
    """Press Edit, and wait for the editor, which has the focus."""
    box.get_by_role("button", name="Edit").click()
    editor = box.get_by_role("textbox")
    editor.wait_for()
    return editor


def replace(editor: "Locator", source: str) -> None:
    """Select all that is in the editor, and type something else."""
    editor.press("Control+A")
    editor.page.keyboard.insert_text(source)


def text_in(editor: "Locator") -> str:
    """The program in the editor."""
    script = (
        "e => [...e.querySelectorAll('.cm-line')].map(l => l.textContent).join('\\n')"
    )
    return str(editor.evaluate(script))


@pytest.mark.slow
def test_library_frames_are_folded(box: "Locator") -> None:
    edit(
        box,
        "import asyncio\n\nasync def main():\n    1 / 0\n\nasyncio.run(main())\n",
    )
    run_until(box, TOLD)
    assert printed(box) == [
        "Traceback (most recent call last):",
        '  File "create_task.py", line 6, in <module>',
        "    asyncio.run(main())",
        "  ...",
        '  File "create_task.py", line 4, in main',
        "    1 / 0",
        "ZeroDivisionError: division by zero",
    ]


FOREVER = "print('before')\nwhile True: pass\n"


def test_stop_ends_an_endless_loop_and_moves_the_focus_to_run(box: "Locator") -> None:
    page = box.page
    edit(box, FOREVER).press("Control+Enter")
    wait_for_text(box.locator(".run-output"), "before")
    page.keyboard.press("Escape")
    assert focused(page) == "Stop"
    page.keyboard.press("Enter")
    wait_for_text(box.locator(".run-status"), "Stopped.")
    assert focused(page) == "Run"
    # A key that turns pages elsewhere; here it would lose the program.
    page.keyboard.press("ArrowRight")
    # Other keys do what they always do.
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.keyboard.press("Escape")
    assert focused(page) == "Run"
    page.keyboard.press("Enter")
    wait_for(box, "Running")
    assert text_in(box.get_by_role("textbox")) == FOREVER


def focused(page: "Page") -> str:
    """The text of the element that has the focus."""
    return str(page.evaluate("document.activeElement.textContent"))


@pytest.mark.slow
def test_an_endless_print_ends_at_a_limit(box: "Locator") -> None:
    editor = open_editor(box)
    endless = {"print('x' * 10_000_000)\n": 1, "while True: print('x' * 10000)\n": 50}
    for program, rows in endless.items():
        replace(editor, program)
        run_until(box, "Stopped after 500,000 bytes of output.")
        stopped_at(box, rows)


def stopped_at(box: "Locator", rows: int) -> None:
    """A program was stopped after that many lines."""
    # All that came until then is shown, and the end of it is what one sees.
    all_rows = box.locator(".run-row")
    all_rows.nth(rows - 1).wait_for()
    assert all_rows.count() == rows
    # A browser looks at all children of a box that has got a new one.
    assert box.locator(".run-output > div").count() <= 100
    if rows > 50:
        at_end = "e => e.scrollTop + e.clientHeight > e.scrollHeight - 8"
        assert wait_until(lambda: bool(box.locator(".run-output").evaluate(at_end)))
    if rows > 500:
        # Lines far away would be laid out again with each key in the editor.
        laid_out = "e => e.checkVisibility({ contentVisibilityAuto: true })"
        assert wait_until(lambda: not all_rows.first.evaluate(laid_out))
        assert all_rows.last.evaluate(laid_out)


@pytest.mark.slow
def test_a_very_long_line_is_cut_and_says_so_where_one_looks(box: "Locator") -> None:
    edit(box, "print('x' * 12_345 + 'end')\n")
    run_until(box, "Ended")
    output, row = box.locator(".run-output"), box.locator(".run-row")
    assert row.inner_text().endswith("xxx … (2348 characters more)")
    # Neither aside nor far down.
    assert output.evaluate("e => e.scrollWidth <= e.clientWidth")
    ends = "e => e.lastChild.getBoundingClientRect().bottom"
    assert row.evaluate(ends) <= output.evaluate(
        "e => e.getBoundingClientRect().bottom"
    )


@pytest.mark.slow
def test_stop_works_while_a_program_prints(box: "Locator") -> None:
    source = "import time\nwhile True:\n    print('again')\n    time.sleep(0.002)\n"
    edit(box, source)
    run_until(box, "again")
    box.get_by_role("button", name="Stop").click()
    assert box.locator(".run-status").inner_text() == "Stopped."


# Presses Stop at a time when lines arrive, and says how long the answer took.
STOP = """button => new Promise((done) => {
  const began = performance.now();
  const status = document.querySelector(".run-status");
  new MutationObserver(() => {
    if (status.textContent === "Stopped.") done(performance.now() - began);
  }).observe(status, { childList: true });
  setTimeout(() => button.click());
})"""


# What the page says of one is not what it said of the one before.
ENDLESS = [
    ("i = 0\nwhile True:\n    print(i)\n    i += 1\n", "5,000 lines", 5000),
    ("i = 0\nwhile True:\n    print(i, end='\\r')\n    i += 1\n", "50,000 pieces", 1),
    ("print('\\n' * 1_000_000)\n", "5,000 lines", 5000),
    ("while True: print('x', end='')\n", "50,000 pieces", 1),
]


@pytest.mark.slow
@pytest.mark.alone
def test_page_answers_whatever_a_program_prints_and_so_does_stop(
    new_page: NewPage,
) -> None:
    page = new_page("tutorial/one-task")
    box = box_of(page, "create_task")
    run_until(box, SAME)
    browser = page.context.browser
    assert browser is not None
    editor = open_editor(box)
    longest: dict[str, float] = {}
    for program, limit, rows in ENDLESS * 3:
        # Again only if the machine had other things to do at that moment.
        if len(longest) == len(ENDLESS) and max(longest.values()) < 100:
            break
        replace(editor, program)
        browser.start_tracing(page=page, categories=["toplevel"])
        began = time.monotonic()
        run_until(box, f"Stopped after {limit} of output.")
        seconds = time.monotonic() - began
        page.wait_for_timeout(500)
        events = json.loads(browser.stop_tracing())["traceEvents"]
        found = longest_task(events)
        longest[program] = min(found, longest.get(program, found))
        if "print(i)" in program:
            assert seconds < 5
        stopped_at(box, rows)
    assert max(longest.values()) < 100, longest
    replace(editor, "import time\nwhile True:\n    print(1)\n    time.sleep(0.001)\n")
    times = []
    for _ in range(3):  # whatever else the machine does at one of these moments
        run_until(box, "s 1")
        times.append(box.get_by_role("button", name="Stop").evaluate(STOP))
    assert min(times) < 200


def longest_task(events: list[dict[str, Any]]) -> float:
    """The milliseconds of processor time of the longest task of a page's own thread."""
    threads = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    # The clock of a thread can leap, on a virtual machine: no task has computed for
    # longer than it lasted.
    times: list[float] = [
        min(event["tdur"], event["dur"]) / 1000
        for event in events
        if event["name"].endswith("RunTask")
        and (event["pid"], event["tid"]) in threads
        and "tdur" in event
    ]
    assert len(times) > 100
    return max(times)


@pytest.mark.slow
def test_line_is_shown_before_later_computation_ends(box: "Locator") -> None:
    edit(
        box,
        "import time\nprint('a')\nprint('b')\nend = time.perf_counter() + 3\n"
        "while time.perf_counter() < end: pass\nprint('c')\n",
    )
    run_until(box, "b")
    assert printed(box) == ["a", "b"]
    wait_for(box, TOLD)
    assert printed(box) == ["a", "b", "c"]
    times = [float(t.split()[0]) for t in box.locator(".run-time").all_inner_texts()]
    assert times[1] - times[0] < 1
    assert times[2] - times[1] > 2.9


FAILS = """import asyncio


async def work():
    return 1 / 0


async def main():
    print("before")
    await asyncio.create_task(work())


asyncio.run(main())
"""


def test_an_error_leads_to_its_line(box: "Locator") -> None:
    page = box.page
    edit(box, FAILS)
    run_until(box, TOLD)
    assert "exit status 1" in box.locator(".run-status").inner_text()
    # The message first, the traceback under it, and what was printed before them.
    error = box.locator(".run-error")
    shown = error.inner_text().split("\n")
    assert shown[0] == "ZeroDivisionError: division by zero (line 5)"
    assert "Traceback (most recent call last):" in shown
    output = box.locator(".run-output")
    assert "before" in output.inner_text()
    assert top_of(output) < top_of(error)
    assert printed(box)[-1] == "ZeroDivisionError: division by zero"
    assert box.locator(".run-why").count() == 0  # the page has no part in it
    # The documented output is behind it, and not said again.
    assert box.locator(".run-verdict pre").count() == 0
    documented = box.locator(".example-output pre").first
    assert not documented.is_visible()
    box.get_by_role("button", name="Documented").click()
    assert "main coroutine started" in documented.inner_text()
    box.get_by_role("button", name="Your run", exact=True).click()
    # In the editor, and in the program once the editor is closed.
    error.get_by_role("link", name="line 10").click()
    marked = box.locator(".run-marked:visible")
    assert marked.inner_text().strip() == "await asyncio.create_task(work())"
    replace(box.get_by_role("textbox"), FAILS.replace("1 / 0", "input('Name? ')"))
    page.keyboard.press("Control+Enter")
    wait_for(box, "EOFError: EOF when reading a line (line 5)")
    assert marked.count() == 0  # it was of the run before
    # The page has a part in this one.
    explains(box, "no keyboard")
    box.get_by_role("button", name="Done").click()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    error.get_by_role("link", name="line 5").first.press("Enter")
    assert marked.inner_text().strip() == "return input('Name? ')"
    assert wait_until(lambda: 0 < top_of(marked) < 600)  # pages scroll smoothly
    box.get_by_role("button", name="Close").click()
    assert box.locator(".run-marked:visible").count() == 0


def explains(box: "Locator", reason: str) -> None:
    """A sentence says why it fails in the page, and what to do."""
    why = box.locator(".run-why").inner_text()
    assert why.startswith("In this page a program ")
    assert reason in why
    assert why.endswith("to run it at home.")


LIMITS = {
    "import threading\nthreading.Thread(target=print).start()\n": "no threads",
    "import signal\nsignal.alarm(1)\n": "no alarms",
    "import asyncio\nasyncio.run(asyncio.to_thread(print))\n": "no threads",
    "import asyncio\nasyncio.run(asyncio.open_connection('example.org', 80))\n": (
        "no network"
    ),
    "import subprocess\nsubprocess.run(['ls'])\n": "cannot start processes",
    "import signal\nsignal.setitimer(0, 1)\n": "no alarms",
    "import sys\nimport requests\n": "no installed packages",
}


@pytest.mark.slow
def test_limits_of_the_page_are_explained(box: "Locator") -> None:
    editor = open_editor(box)
    for number, (program, reason) in enumerate(LIMITS.items()):
        # The message names another line each time, and so is that of this run.
        replace(editor, "\n" * number + program)
        box.page.keyboard.press("Control+Enter")
        wait_for(box, f"(line {number + 2})")
        explains(box, reason)


# What a terminal shows of a line.
SHOWN = {
    "10%\r20%\r30%": "30%",
    "hello\rbye": "byelo",
    "hello\r\x1b[Kbye": "bye",
    "hello\r\x1b[0Kbye": "bye",
    "abc\b\bX": "aXc",
    "\b\bx": "x",
    "abc\b\x1b[K": "ab",
    "\x1b[31mred\x1b[0m\rgr": "grd",
    "é𝄞x\rab": "abx",
    "a\x07b\rX": "Xb",
    "列車 1%\r列車 20%": "列車 20%",
    "列車\ra": "a 車",
    "a列車\rxyz": "xyz車",
    "列車\bx": "列 x",
    "🎉 done\r#": "#  done",
    "e\u0301tude\rE": "Etude",
    "ab\re\u0301": "e\u0301b",
    "ｱｲ\rx": "xｲ",
    "one\r": "one",
    "12345\b\b\x1b[1Kx": "   x5",
    "12345\x1b[2Kx": "     x",
    "12345\r\x1b[2Kx": "x",
    "a\r\nb": "a\nb",
    "abc\x1b": "abc\\x1b",
    "ab\x1b[2": "ab2",
}


def test_output_obeys_the_rules_of_a_terminal(new_page: NewPage) -> None:
    page = with_scripts(new_page("tutorial/one-task"))
    for text, shown in SHOWN.items():
        assert page.evaluate(NORMALIZE, f"{text}\n") == f"{shown}\n", repr(text)
        # As the gate does.
        answer = {"output": f"{text}\n", "status": 0, "ending": "exit", "seconds": 0}
        answer["events"] = ""
        assert transcript(answer).output == f"{shown}\n", repr(text)


@pytest.mark.slow
def test_a_progress_bar_stays_on_its_line(box: "Locator") -> None:
    edit(
        box,
        "import time\nfor n in range(4):\n    print(f'{n} of 3', end='\\r')\n"
        "    time.sleep(0.2)\nprint()\nprint('a\\x1b', end='')\nprint('[Kb')\n",
    )
    run_until(box, TOLD)
    assert printed(box) == ["3 of 3", "ab"]


GLYPH = "button => getComputedStyle(button, '::before').clipPath"


def test_bar_keeps_its_place_on_run(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task", viewport={"width": 390, "height": 844})
    box = box_of(page, "create_task")
    button = box.locator(".example-actions button").first
    program = box.locator(".highlight pre").first
    before = [button.bounding_box(), program.bounding_box()]
    triangle = button.evaluate(GLYPH)
    assert triangle.startswith("polygon")
    page.context.route("**/library.bin", lambda route: None)  # it goes on starting
    run_until(box, "ing Python")
    assert button.inner_text() == "Stop"
    assert button.evaluate(GLYPH) == "none"  # a square, and no longer a triangle
    assert [button.bounding_box(), program.bounding_box()] == before
    button.click()
    assert box.locator(".run-status").inner_text() == "Stopped."
    assert button.inner_text() == "Run"
    assert button.evaluate(GLYPH) == triangle
    assert [button.bounding_box(), program.bounding_box()] == before


@pytest.mark.slow
def test_sleep_uses_no_cpu_time(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")
    page.emulate_media(reduced_motion="reduce")  # the line that runs uses some
    box = box_of(page, "create_task")
    edit(box, "import asyncio\nasyncio.run(asyncio.sleep(99))\n")
    box.get_by_role("button", name="Run").first.click()
    # Then the second Python, which draws it, has started as well.
    wait_for_text(box.locator(".run-timeline"), "sleeps 99 s")
    # A virtual machine counts what others take from it, but not in each second.
    assert any(used_in_a_second() < 0.1 for _ in range(10))


def used_in_a_second() -> float:
    """The CPU seconds that the pages of the browser use in the next second."""
    before = renderer_time()
    time.sleep(1)
    return renderer_time() - before


def renderer_time() -> float:
    """The CPU seconds that the pages of the browser have used."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            if "--type=renderer" in process.cmdline():
                total += sum(process.cpu_times()[:2])
        except psutil.Error:
            continue
    return total


@pytest.mark.slow
def test_later_runs_start_faster(new_page: NewPage) -> None:
    page = new_page("tutorial/no-running-event-loop")
    box = box_of(page, "outside_coroutine")

    def seconds() -> float:
        began = time.monotonic()
        run_until(box, SAME)
        return time.monotonic() - began

    first = seconds()
    # How much sooner is for the benchmark to say.
    assert any(seconds() < first for _ in range(5))


# -- The editor ------------------------------------------------------------------------

# Each character with its colour.
COLOURS = """element => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const { color } = getComputedStyle(walker.currentNode.parentElement);
        const visible = [...walker.currentNode.data].filter((one) => one.trim());
        found.push(...visible.map((one) => [one, color]));
    }
    return found;
}"""


@pytest.mark.parametrize("width", [390, slow(1280)])
def test_edit_shows_the_program_once(new_page: NewPage, width: int) -> None:
    page = new_page("tutorial/one-task", viewport={"width": width, "height": 900})
    box = box_of(page, "create_task")
    program = box.locator(".highlight pre").first
    top = top_of(program)
    original = str(program.text_content())
    colours = program.evaluate(COLOURS)
    editor = open_editor(box)
    assert text_in(editor).strip() == original.strip()
    # On a busy machine, the editor shows the text before it has parsed all of it.
    wait_until(lambda: editor.evaluate(COLOURS) == colours)
    assert editor.evaluate(COLOURS) == colours
    assert len({colour for _, colour in colours}) > 4
    # Its copy button copies the original, so it must go as well.
    assert not program.is_visible()
    assert not box.locator(".example-source .copybtn").first.is_visible()
    assert abs(top_of(editor) - top) < 3
    assert box.locator(".cm-lineNumbers").inner_text().split()[0] == "1"
    box.get_by_role("button", name="Done").click()
    assert program.is_visible()
    assert not editor.is_visible()
    assert not box.get_by_role("button", name="Reset").is_visible()


def test_a_way_through_the_editor(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")
    box = box_of(page, "create_task")
    program = box.locator(".highlight-python pre").first
    editor = open_editor(box)
    assert not box.get_by_text(CHANGED).is_visible()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nprint('mine')\nasyncio.run(asyncio.sleep(99))")
    assert box.get_by_text(CHANGED).is_visible()
    page.keyboard.press("Control+Enter")
    wait_for_text(box.locator(".run-output"), "mine")
    box.get_by_role("button", name="Stop").click()
    assert box.locator(".run-status").inner_text() == "Stopped."
    # Out of the editor: what is shown is what runs, with the links that it had.
    box.get_by_role("button", name="Done").click()
    assert not editor.is_visible()
    rows = box.locator(".example-rows")
    assert rows.locator(".example-new").all_inner_texts()[-1].strip().endswith("99))")
    assert rows.get_by_role("link", name="asyncio.sleep").is_visible()
    assert not program.is_visible()
    # Kept wherever the reader goes: by a reload, a link, and the way back.
    page.reload()
    rows.get_by_text("print('mine')").wait_for()
    page.locator("a.next-page").click()
    page.wait_for_url("**/three-ways.html")
    page.go_back()
    rows.get_by_text("print('mine')").wait_for()
    assert box.get_by_text(CHANGED).is_visible()
    # No key turns a page away from it.
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert page.url.endswith("/one-task.html")
    # Reset, and Reset undone.
    open_editor(box)
    box.get_by_role("button", name="Reset").click()
    assert "mine" not in text_in(editor)
    page.keyboard.press("Control+z")
    assert "print('mine')" in text_in(editor)
    box.get_by_role("button", name="Reset").click()
    box.get_by_role("button", name="Done").click()
    assert program.is_visible()
    assert not box.get_by_text(CHANGED).is_visible()
    run_until(box, SAME)
    box.get_by_role("button", name="Close").click()
    assert not box.locator(".example-live").is_visible()
    assert focused(page) == "Run"
    page.reload()
    assert program.is_visible()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/three-ways.html")


def test_tab_indents_only_after_typing(box: "Locator") -> None:
    page = box.page
    editor = open_editor(box)
    page.keyboard.press("Tab")
    assert focused(page) == "Copy"  # nobody who passes through is caught
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+Home")
    page.keyboard.type("#")
    page.keyboard.press("Tab")
    assert text_in(editor).startswith("    #")
    page.keyboard.press("Shift+Tab")
    assert text_in(editor).startswith("#")
    page.keyboard.press("Escape")
    assert focused(page) == "Run"
    page.keyboard.press("Tab")
    assert focused(page) == "Done"


def test_editor_has_large_type_on_touch_screens(new_page: NewPage) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    page = new_page("tutorial/one-task", is_mobile=True, **phone)
    box = box_of(page, "create_task")
    box.get_by_role("button", name="Edit").tap()
    editor = box.get_by_role("textbox")
    editor.wait_for()
    # Phones zoom into smaller type.
    assert editor.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 16


@pytest.mark.slow
def test_editor_that_cannot_be_loaded_is_reported(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")
    page.context.route("**/editor.bin", lambda route: route.abort())
    box = box_of(page, "create_task")
    box.get_by_role("button", name="Edit").click()
    box.get_by_text("The editor could not be loaded. Are you online?").wait_for()
    assert box.locator(".highlight pre").first.is_visible()
    page.context.unroute("**/editor.bin")
    open_editor(box)
    assert not box.get_by_text("could not be loaded").is_visible()


def test_editing_a_diff_shows_the_whole_program(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")
    question = page.locator(".what-if:has(.example-actions[data-file])").first
    question.locator("summary").first.click()
    shown = question.locator(".example-source .highlight").first
    assert shown.is_visible()
    text = text_in(open_editor(question))
    assert not shown.is_visible()
    assert "asyncio.run(main())" in text
    assert "+++" not in text


def top_of(part: "Locator") -> float:
    """The distance of an element from the top of the screen, in CSS pixels."""
    place = part.bounding_box()
    assert place is not None
    return place["y"]


def test_the_whole_flow_by_keyboard(box: "Locator") -> None:
    page = box.page
    page.set_viewport_size({"width": 360, "height": 800})
    box.get_by_role("button", name="Edit").focus()
    page.keyboard.press("Enter")
    editor = box.get_by_role("textbox")
    editor.wait_for()
    assert editor.evaluate("e => e === document.activeElement")
    assert "The program create_task.py" in str(editor.get_attribute("aria-label"))
    page.keyboard.press("Control+A")
    page.keyboard.type("for n in range(2):")
    page.keyboard.press("Enter")
    page.keyboard.type("print(n)")
    assert text_in(editor) == "for n in range(2):\n    print(n)"
    typed = text_in(editor)
    page.keyboard.press("Control+z")
    assert text_in(editor) != typed
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(typed)
    page.keyboard.press("Control+Enter")
    wait_for(box, TOLD)
    assert printed(box) == ["0", "1"]
    # On a phone, the status has a row of its own, under the switch.
    status, switch = box.locator(".run-status"), box.locator(".run-switch")
    assert top_of(status) > top_of(switch) + 20
    assert status.evaluate("e => e.offsetHeight") < 50
    page.keyboard.press("Escape")
    assert focused(page) == "Run"
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_in_any_state(new_page: NewPage, width: int) -> None:
    from test_accessibility import AXE, all_faults

    page = new_page(
        "tutorial/one-task",
        viewport={"width": width, "height": 900},
        reduced_motion="reduce",
    )
    page.evaluate(AXE)
    box = box_of(page, "create_task")
    assert all_faults(page) == []
    editor = open_editor(box)
    assert all_faults(page) == []
    replace(editor, "import time\nprint('a')\ntime.sleep(600)\n")
    run_until(box, "Running")
    assert all_faults(page) == []
    box.get_by_role("button", name="Stop").click()
    assert all_faults(page) == []
    replace(editor, "print('a')\ninput()\n")
    run_until(box, TOLD)
    box.locator(".run-message a").click()
    for dark in (False, True):
        page.emulate_media(color_scheme="dark" if dark else "light")
        assert all_faults(page) == []
    box.get_by_role("button", name="Done").click()
    assert all_faults(page) == []
    box.get_by_role("button", name="Reset").click()
    run_until(box, "Same as")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert all_faults(page) == []


def test_download_gives_the_edited_program(box: "Locator") -> None:
    page = box.page
    edit(box, "print('mine')\n")
    with page.expect_download() as download:
        box.locator("a.download").click()
    assert download.value.suggested_filename == "create_task.py"
    assert download.value.path().read_text() == "print('mine')\n"


@pytest.mark.slow
def test_copy_works_without_the_clipboard_api(new_page: NewPage) -> None:
    # As on http from another machine.
    page = new_page("tutorial/one-task")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    box = box_of(page, "create_task")
    editor = edit(box, "print('mine')\n")
    box.get_by_role("button", name="Copy", exact=True).click()
    box.get_by_role("button", name="Copied", exact=True).wait_for()
    editor.press("Control+A")
    editor.press("Control+v")
    assert text_in(editor) == "print('mine')\n"


def test_pages_at_file_urls_say_how_to_run_it(new_page: NewPage, site: Path) -> None:
    page = new_page("tutorial/one-task", base=site.as_uri())
    note = box_of(page, "create_task").locator(".example-no-run")
    assert "opened as a file" in note.inner_text()


def test_no_dead_buttons_without_javascript(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task", java_script_enabled=False)
    box = box_of(page, "create_task")
    assert box.get_by_role("button", name="Run").count() == 0
    assert box.locator("a.download").is_visible()


# -- When Python cannot be loaded ------------------------------------------------------

UNLOADABLE = "Python could not be loaded. Are you online?"


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["worker.js", "pyodide.bin", "pyodide.asm.bin"])
def test_failed_start_is_reported_and_can_be_retried(
    new_page: NewPage, missing: str
) -> None:
    page = new_page("tutorial/one-task")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.route(f"**/{missing}", lambda route: route.abort())
    box = box_of(page, "create_task")
    run_until(box, UNLOADABLE)
    assert box.get_by_role("button", name="Stop").count() == 0
    # Nothing is fetched behind the message, whose failure a second try would get.
    page.wait_for_timeout(300)
    assert sum(url.endswith("/pyodide.bin") for url in asked) == 1
    page.context.unroute(f"**/{missing}")
    box.get_by_role("button", name="Try again").focus()
    page.keyboard.press("Enter")
    wait_for(box, "Ended")
    assert focused(page) == "Run"
    assert box.get_by_role("button", name="Try again").is_hidden()


@pytest.mark.slow
def test_start_that_fails_after_stop_does_not_affect_the_next(
    new_page: NewPage,
) -> None:
    page = new_page("tutorial/one-task")
    held: list[Route] = []
    page.context.route(
        "**/library.bin",
        lambda route: held.append(route),  # noqa: PLW0108  # not a builtin
    )
    box = box_of(page, "create_task")
    run_until(box, "Loading Python")
    while not held:
        page.wait_for_timeout(50)
    box.get_by_role("button", name="Stop").click()
    # On a slow machine, the page knows of it some time later.
    with page.expect_event("requestfailed"):
        held[0].abort()
    page.context.unroute("**/library.bin")
    page.wait_for_timeout(300)
    run_until(box, SAME)


@pytest.mark.slow
@pytest.mark.parametrize("stalled", ["library.bin", "pyodide.js"])
def test_stalled_start_is_reported(new_page: NewPage, stalled: str) -> None:
    page = new_page("tutorial/one-task")
    asked = threading.Event()
    # Neither an answer nor an error: a line that is dead.
    page.context.route(f"**/{stalled}", lambda route: asked.set())
    page.clock.install()
    box = box_of(page, "create_task")
    run_until(box, "ing Python")  # Loading or Starting
    while not asked.is_set():
        page.wait_for_timeout(50)
    box.get_by_role("button", name="Stop").focus()
    page.clock.fast_forward("01:30")
    wait_for(box, UNLOADABLE)
    assert focused(page) == "Try again"


@pytest.mark.slow
def test_loading_says_how_much_has_arrived(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")
    devtools = page.context.new_cdp_session(page)
    line = {"offline": False, "latency": 20, "downloadThroughput": 2_000_000}
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", {**line, "uploadThroughput": -1})
    box = box_of(page, "create_task")
    run_until(box, " of 5.5 MB")
    status = box.locator(".run-status")
    first = re.fullmatch(r"Loading Python: (\d\.\d) of 5\.5 MB", status.inner_text())
    assert first
    # It is for the eye: no screen reader could follow.
    assert status.get_attribute("aria-live") == "off"
    box.get_by_role("button", name="Stop").click()
    assert status.inner_text() == "Stopped."
    assert status.get_attribute("aria-live") == "polite"


@pytest.mark.parametrize(
    "how", ["pointer", slow("focus"), slow("passing"), slow("saving data")]
)
def test_python_is_fetched_when_a_hand_comes_near(new_page: NewPage, how: str) -> None:
    page = new_page("tutorial/one-task")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    if how == "saving data":
        saving = (
            "Object.defineProperty(navigator, 'connection', {value: {saveData: true}})"
        )
        page.evaluate(saving)
    page.clock.install()  # a hand passes in no time, even on a busy machine
    page.clock.pause_at(time.time() + 60)
    button = box_of(page, "create_task").get_by_role("button", name="Run")
    if how == "focus":
        button.focus()
    else:
        button.hover()
    page.locator(".example-ready").first.wait_for()  # what waits is there
    if how == "passing":
        page.mouse.move(0, 0)
    fetches = how in ("pointer", "focus")
    with page.expect_request("**/pyodide.bin") if fetches else nullcontext():
        page.clock.run_for(1000)
    page.wait_for_timeout(300)
    assert any(url.endswith("pyodide.bin") for url in asked) == fetches


class served:  # noqa: N801  # a context manager, as contextlib's are called
    """A folder, served by a plain static server."""

    def __init__(self, folder: Path) -> None:
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Log nothing."""

        handler = partial(Quiet, directory=str(folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)

    def __enter__(self) -> str:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.mark.parametrize("entry", [3, [], ["digest"], ["digest", 1], {"a": 1}])
def test_malformed_proof_is_ignored(tmp_path: Path, entry: object) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "a.py").touch()
    text = json.dumps({"a.py": entry})
    (tmp_path / "examples" / "playground.json").write_text(text)
    folder = Folder(Settings.read(tmp_path, {}))
    assert Proofs(folder).reason(folder.examples["a.py"]) is None


def test_truncated_runtime_is_noticed(tmp_path: Path) -> None:
    runtime = Runtime(tmp_path)
    runtime.site.mkdir()
    (runtime.site / "pyodide.bin").write_bytes(b"whole")
    assert not runtime.is_whole
    (tmp_path / "files").write_text(runtime.digests())
    assert runtime.is_whole
    (runtime.site / "pyodide.bin").write_bytes(b"whol")
    assert not runtime.is_whole


def test_damaged_runtime_is_not_published(project: Callable[[str], Project]) -> None:
    basic = project("basic")
    basic.write("conf.py", basic.read("conf.py") + 'example_output_playground = "p"\n')
    for folder in ("site", "raw"):
        (basic / "p" / folder).mkdir(parents=True)
    basic.write("p/fingerprint", fingerprint())
    basic.write("p/files", f"{'0' * 64} worker.js\n")
    basic.write("p/site/worker.js", "half a fi")
    done = basic.build()
    assert "files are damaged in p, so no page can run an example" in done.plain
    assert not (basic / "_build/html/_static/playground").exists()


def test_reason_of_a_program_with_other_files(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "a.py").write_text("import helper\n")
    (tmp_path / "examples" / "helper.py").touch()
    folder = Folder(Settings.read(tmp_path, {}))
    run = Transcript("ModuleNotFoundError: No module named 'helper'\n", 1)
    reason = Prover(RUNTIME, folder).reason(folder.examples["a.py"], run)
    assert reason == "it needs the files beside it"


@pytest.mark.parametrize("missing", [False, True])
def test_a_project_without_a_list_of_pythons_is_proven(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    missing: bool,
) -> None:
    examples = tmp_path / "examples"
    examples.mkdir()
    (examples / "a.py").write_text("print(1)\n")
    (examples / "a.out").write_text("$ python a.py\n1\n")
    (examples / "b.py").write_text("import _helper\n")
    (examples / "b.out").write_text("$ python b.py\n1\n")
    (examples / "_helper.py").touch()
    runs = {"a.py": Transcript("1\n"), "b.py": Transcript("no helper\n")}
    monkeypatch.setattr(
        Prover, "prove", lambda _, wanted: {e.name: runs[e.name] for e in wanted}
    )
    monkeypatch.setattr(proving, "prove_steps", lambda *_, **__: ({}, []))
    monkeypatch.delenv("CI", raising=False)
    folder = Folder(Settings.read(tmp_path, {}))
    assert proving._prove(RUNTIME, folder, missing=missing) == 0
    printed = capsys.readouterr().out
    assert "1 of 2 examples run in browsers" in printed
    assert "  not b.py: it needs the files beside it\n1 of 2 examples hold" in printed
    # What a version that is none of the project's has proven is not its business.
    assert not (examples / "reproduced.json").exists()
    assert Proofs(folder).reason(folder.examples["a.py"]) == ""


HOSTILE_TEXTS = [
    "bell \x07, tab \t, null \x00, delete \x7f, next line \x85\n",
    "\x1b[31mred\x1b[0m \x1b]8;;https://example.org\x07link\x1b]8;;\x07\n",
    "one\r\ntwo\rthree\n",
    "Name\tSize\r\tXX\n12345678X\r\tY\na\tb\n",
    "Working\x1b[2K\x1b[1GDone\nabcdef\x1b[3D\x1b[1Kx\na\x1b[99999C\x1b[3Gb\n",
    "|\x07\b/\x07\bok\nab\x07c\rX\nab\0c\r\x07XYZ\na\x1b\n",
    "\u1112\u1161\u11ab|\rA\n\u5217\ufe0f1\rab\n\x1b[31mred\x1b[0m..\b\x1b[K!\n",
    "in /home/pyodide, at /home/pyodide/data.txt and /home/pyodidea\n",
    "<function f at 0xAbc> <g at 0xdef> <f at 0xabc> id=0xdef 0xabc\n",
    "/lib/python3.14/asyncio/tasks.py:12 /lib/python314.zip/json.py\n",
    "Traceback (most recent call last):\n"
    '  File "/home/pyodide/a.py", line 3, in <module>\n    f(\x1b[1m)\n    ~^^\n'
    '  File "/lib/python314.zip/asyncio/runners.py", line 1, in run\n    x\n'
    '  File "/lib/python314.zip/asyncio/events.py", line 2, in y\n'
    "ValueError: \x01\n",
    "no line feed",
]


def test_the_page_normalizes_as_the_gate_does(new_page: NewPage) -> None:
    page = with_scripts(new_page("tutorial/one-task"))
    for text in HOSTILE_TEXTS:
        answer = {"output": text, "status": 0, "ending": "exit", "seconds": 0}
        answer["events"] = ""
        expected = transcript(answer).output
        found = page.evaluate(NORMALIZE, text)
        assert found == expected
