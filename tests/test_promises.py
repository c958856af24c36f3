"""Break our own code in one place: the test that guards a promise must then fail."""

import contextlib
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from conftest import PYTEST, REPOSITORY, Done, command, processes_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform != "linux", reason="some promises are guarded on Linux alone"
    ),
]


@dataclass(frozen=True)
class Break:
    """A possible mistake in the code, and the test that detects it."""

    old: str
    """Occurs exactly once in the project, which locates the mistake."""
    new: str
    test: str
    """Its id below ``tests``, with one parameter where that is enough."""


HOSTILE = "test_forking.py::test_forked_and_plain_runs_give_the_same_bytes"

BREAKS = {
    # -- Capture ---------------------------------------------------------------------
    "both streams stand in the order of the program": Break(
        '    "PYTHONUNBUFFERED": "1",\n',
        "",
        "test_runner.py::test_both_streams_keep_their_order",
    ),
    "both streams go through one pipe": Break(
        "            stderr=subprocess.STDOUT,\n            cwd=folder,",
        "            stderr=subprocess.PIPE,\n            cwd=folder,",
        "test_runner.py::test_both_streams_keep_their_order",
    ),
    "what is written below Python is captured": Break(
        "            stderr=subprocess.STDOUT,\n            cwd=folder,",
        "            stderr=None,\n            cwd=folder,",
        "test_runner.py::test_faulthandler_is_captured",
    ),
    "blanks, blank lines and a missing line feed are the program's own": Break(
        'normalize(output.decode("utf-8", "backslashreplace"), where)',
        'normalize(output.decode("utf-8", "backslashreplace").strip(), where)',
        "test_runner.py::test_output_is_captured",
    ),
    "a program that prints nothing is said to print nothing": Break(
        "    if start or run.output:\n",
        "    if True:\n",
        "test_directives.py::test_empty_output_is_stated",
    ),
    "after an uncaught exception stands the exit status": Break(
        'status = process.wait() if ending == "exit" else 0',
        "status = 0",
        "test_runner.py::test_output_before_an_error_is_kept_with_traceback_and_status",
    ),
    "what asyncio says while the interpreter shuts down is captured": Break(
        '    "PYTHONNOUSERSITE": "1",\n',
        '    "PYTHONNOUSERSITE": "1",\n    "PYTHONWARNINGS": "ignore",\n',
        "test_runner.py::test_asyncio_messages_at_shutdown_are_captured",
    ),
    "escape sequences become plain text": Break(
        "        _escape_sequences,\n",
        "        _line_endings,\n",
        "test_transcript.py::test_normalize",
    ),
    "a program's locale is not the builder's": Break(
        '    "LC_ALL": "C.UTF-8",\n',
        '    "LC_ALL": os.environ.get("LC_ALL", "C.UTF-8"),\n',
        "test_runner.py::"
        "test_environment_of_the_build_does_not_reach_a_program[LC_ALL-C]",
    ),
    "what is not ASCII is the same under every locale of the builder": Break(
        "content = content.encode()",
        "content = content.encode(__import__('locale').getpreferredencoding())",
        "test_build.py::test_locale_of_the_build_changes_nothing",
    ),
    "too much output ends a run": Break(
        "                    self.overflow = True\n",
        "",
        "test_runner.py::test_output_over_the_limit_ends_the_run",
    ),
    # -- Process ---------------------------------------------------------------------
    "tasks are numbered as in a fresh shell": Break(
        "        import asyncio  # noqa: F401\n",
        "        import asyncio\n\n        asyncio.run(asyncio.sleep(0))\n",
        HOSTILE,
    ),
    "a result is known by its example, not by its turn": Break(
        '        key = message.pop("key")\n',
        '        message.pop("key")\n        key = next(iter(self._waiting))\n',
        "test_forking.py::test_hanging_fork_is_stopped_at_its_time_limit[sleeping]",
    ),
    "the builder's environment stays outside": Break(
        "inherited = {name: os.environ[name] for name in SYSTEM if name in os.environ}",
        "inherited = dict(os.environ)",
        "test_runner.py::"
        "test_environment_of_the_build_does_not_reach_a_program[LC_CTYPE-C]",
    ),
    "nor is it in the process above a program": Break(
        "        env=environment(),\n        # No terminal",
        "        # No terminal",
        "test_runner.py::test_parent_processes_lack_the_builds_variables[False]",
    ),
    "the interpreter is the build's own, not what is on PATH": Break(
        "[job.executable, *launch, *job.arguments]",
        '[shutil.which("python") or "", *launch]',
        "test_build.py::test_python_on_path_is_not_used",
    ),
    "an interpreter that is named is the one that runs": Break(
        "[find_interpreter(v) for v in config.option.example_python]",
        "[this_interpreter() for _ in config.option.example_python]",
        "test_pytest_plugin.py::test_chosen_python_runs_the_examples",
    ),
    "a program that asks for input is told at once that there is none": Break(
        "            stdin=stdin,\n",
        "",
        "test_runner.py::test_input_raises_eof_error_at_once",
    ),
    "what a hanging program started is killed with it": Break(
        "below = psutil.Process(process.pid).children(recursive=True)",
        "below = []",
        "test_runner.py::test_child_processes_end_before_other_runs"
        "[in a session of its own]",
    ),
    "what a program left behind is killed with it": Break(
        "        _kill_group(process)  # what the program left behind\n",
        "        pass\n",
        "test_runner.py::test_child_processes_end_before_other_runs[left behind]",
    ),
    "a hanging program's output so far is shown": Break(
        "return bytes(reader.output[: job.limit]), ending",
        'return b"" if ending == "timeout" else bytes(reader.output), ending',
        "test_runner.py::test_endless_loop_is_stopped_and_keeps_its_output",
    ),
    "two runs at once never meet in a file": Break(
        'return self._processes.root / f"{next(self._numbers):06}"',
        'return self._processes.root / "home"',
        "test_runner.py::test_runs_share_no_files",
    ),
    "the source tree is unchanged after a run": Break(
        "            cwd=folder,\n            env=environment,\n",
        "            cwd=job.root,\n            env=environment,\n",
        "test_runner.py::test_examples_folder_is_unchanged_by_a_run",
    ),
    "an interrupt leaves no process behind": Break(
        "    _watch_parent(pool.abort)\n",
        "",
        "test_runner.py::test_all_processes_end_with_the_parent",
    ),
    "nothing leaves half a file behind": Break(
        "    temporary = path.with_name(",
        '    path.write_text(text, "utf-8"); return\n    temporary = path.with_name(',
        "test_cache.py::test_a_write_that_fails_leaves_the_old_file",
    ),
    "a name of the standard library is refused": Break(
        "sys.stdlib_module_names",
        "sys.builtin_module_names",
        "test_example.py::test_a_name_of_the_standard_library_is_refused",
    ),
    # -- Failure ---------------------------------------------------------------------
    "an unexpected failure fails the build without -W": Break(
        "            app.statuscode = 1\n",
        "",
        "test_build.py::"
        "test_each_problem_is_reported_in_place_and_fails_the_build[drift]",
    ),
    "the build after a failed one reads nothing again": Break(
        "return list(self.domain.outdated())",
        "return list(self.domain.requests)",
        "test_build.py::test_failed_build_keeps_the_pages_it_read",
    ),
    "a documented failure that fails otherwise is drift": Break(
        "if recorded == actual:",
        'if recorded == actual or (run.status and "[exit status: " in recorded):',
        "test_mutations.py::test_build_and_pytest_report_the_same[another exception]",
    ),
    "a documented failure that comes from another line is drift": Break(
        "if recorded == actual:",
        'if re.sub(r"line \\d+", "", recorded) == re.sub(r"line \\d+", "", actual):',
        "test_mutations.py::test_build_and_pytest_report_the_same"
        "[the same exception from another line]",
    ),
    "all failures are listed together": Break(
        "for location, problem in self.failures:\n            place, _, line",
        "for location, problem in self.failures[:1]:\n            place, _, line",
        "test_build.py::test_several_problems_are_listed_together",
    ),
    "a failure is told at the line where it was written": Break(
        "where = self.get_location()",
        'where = f"{self.env.doc2path(self.env.docname)}:{self.lineno}"',
        "test_directives.py::test_problem_in_an_included_file_names_that_file",
    ),
    "a failed run never enters the cache": Break(
        "        if outcome.problem:  # it is not cached, and runs again\n"
        "            return\n",
        "",
        "test_build.py::test_drifted_run_is_repeated",
    ),
    "a cached result that fails is run again": Break(
        "if run and self.gate.check(example, run):",
        "if False:",
        "test_build.py::test_cached_result_that_fails_the_gate_is_run_again",
    ),
    "an example that is not there fails at the directive": Break(
        "problem = gate.folder.missing(name, str(error))",
        "problem = None",
        "test_build.py::test_a_deleted_example_leaves_nothing_stale",
    ),
    "nothing stale is remembered of a page": Break(
        "        self.pages.pop(docname, None)\n",
        "",
        "test_build.py::test_example_removed_from_its_page_is_reported",
    ),
    # -- Cache and incremental builds ------------------------------------------------
    "a module counts that is imported by a module": Break(
        "                    _collect(read_file(path), folder, beside, found)\n",
        "",
        "test_cache.py::test_changed_input_changes_the_key[second.py]",
    ),
    "contents count, not dates": Break(
        '"example": _sha256(example.source) + _mode(example.path),',
        '"example": str(example.path.stat().st_mtime_ns),',
        "test_cache.py::test_nothing_else_changes_the_key[touch]",
    ),
    "an edit counts whatever its date": Break(
        "return list(self.domain.outdated())",
        "return []",
        "test_build.py::test_edit_with_unchanged_mtime_is_noticed",
    ),
    "an edited example writes its pages and no others": Break(
        "if p in pending or before.get(p) != now]",
        "if p in pending or now]",
        "test_build.py::test_pages_without_the_edited_example_are_not_written",
    ),
    "a page is written again whoever has read it": Break(
        "if p in pending or before.get(p) != now]",
        "if p in pending]",
        "test_build.py::test_second_builder_notices_an_edit_seen_by_the_first",
    ),
    "what parallel readers noted is not lost": Break(
        '            self.pages[docname] = otherdata["pages"][docname]\n',
        "            pass\n",
        "test_build.py::test_each_example_runs_once_with_any_number_of_jobs[2]",
    ),
    "cold builds at the same time do not disturb each other": Break(
        'path.with_name(f".{path.name[:40]}.{os.urandom(8).hex()}")',
        'path.with_name(f".{path.name[:40]}")',
        "test_cache.py::test_concurrent_writers_do_not_collide",
    ),
    "two builders in a row run each example once": Break(
        "cache_folder(settings, Path(app.doctreedir))",
        "cache_folder(settings, Path(app.outdir))",
        "test_build.py::test_two_builders_in_a_row_run_each_example_once",
    ),
    "one save is one build under sphinx-autobuild": Break(
        'return settings.cache or doctrees / "example_output"',
        'return settings.cache or settings.folder / "_results"',
        "test_autobuild.py::test_one_save_triggers_one_build",
    ),
    "a build removes results that are out of use": Break(
        "        ledger.cache.prune()\n",
        "",
        "test_build.py::test_build_removes_expired_results",
    ),
    # -- The gate --------------------------------------------------------------------
    "one blank more is drift": Break(
        "if recorded == actual:",
        "if recorded.split() == actual.split():",
        "test_gate.py::test_every_difference_is_drift_and_visible",
    ),
    "the build and pytest say the same": Break(
        "raise Failure(problem.text)",
        "raise _Failure(problem.cause)",
        "test_mutations.py::test_build_and_pytest_report_the_same[a print]",
    ),
    "a blank at the end of a line is seen in a difference": Break(
        "row if number < 2 else _shown_row(row, equal)",
        "row",
        "test_transcript.py::test_diff_shows_trailing_whitespace",
    ),
    "a recording is written only where it differs": Break(
        "if before.get(path) != text:",
        "if True:",
        "test_recorder.py::test_unchanged_recording_is_not_rewritten",
    ),
    "a run cut short is not recorded": Break(
        "        if run.ending != example.metadata.ends:\n            problem =",
        '        if run.ending == "limit":\n            problem =',
        "test_recorder.py::test_a_run_cut_short_is_refused[timeout]",
    ),
    "under CI nothing is recorded": Break(
        'return os.environ.get("CI", "").lower() in ("", "0", "false")',
        "return True",
        "test_pytest_plugin.py::test_under_ci_recording_writes_nothing_and_compares",
    ),
    "a checkout with CRLF causes no drift": Break(
        'self.content.decode("utf-8", "replace").replace("\\r\\n", "\\n")',
        'self.content.decode("utf-8", "replace")',
        "test_gate.py::test_a_checkout_with_crlf_neither_hides_nor_causes_drift",
    ),
    "no place of the machine is in what is written": Break(
        "        _own_paths,\n",
        "        _line_endings,\n",
        "test_build.py::test_output_contains_no_local_paths",
    ),
    "equal addresses stay equal": Break(
        "seen.setdefault(number, ",
        "seen.setdefault(found.start(), ",
        "test_transcript.py::test_normalize",
    ),
    "what differs between runs is not recorded": Break(
        "stress = STRESS if self.mode.recording else STRESS[:1]",
        "stress = STRESS[:1]",
        "test_pytest_plugin.py::test_unstable_examples_are_refused",
    ),
    "what is recorded holds on another day": Break(
        '    if "clock" in conditions.split():\n        _move_clock()\n',
        "    if False:\n",
        "test_runner.py::test_elsewhere_all_that_depends_on_it_differs[clock]",
    ),
    "what is recorded holds on another machine": Break(
        "        _move_machine()\n",
        "",
        "test_runner.py::test_elsewhere_all_that_depends_on_it_differs[machine]",
    ),
    "what is recorded holds in another folder": Break(
        '        root = home / "another-folder"\n',
        "        pass\n",
        "test_runner.py::test_elsewhere_all_that_depends_on_it_differs[place]",
    ),
    "no more programs compute at once than there are cores": Break(
        "self._changed.wait_for(lambda: self._taken < self._count)",
        "self._changed.wait_for(lambda: True)",
        "test_runner.py::test_programs_that_compute_take_turns",
    ),
    "what is recorded holds on a busy machine": Break(
        '    if order["load"]:\n        pool.keep_busy()\n',
        "",
        "test_runner.py::test_under_load_every_core_is_busy_until_the_runs_end",
    ),
    "recording makes the machine busy": Break(
        "load=self.recording",
        "load=False",
        "test_pytest_plugin.py::test_examples_are_recorded_on_a_busy_machine",
    ),
    "a page says that an order varies": Break(
        "    if orders := read_orders(text):\n",
        "    if False:\n",
        "test_order.py::test_page_says_that_the_order_varies",
    ),
    "an example on no page fails": Break(
        "            *self.folder.unused(r.name for r in requests if r.shown),\n",
        "",
        "test_build.py::"
        "test_each_problem_is_reported_in_place_and_fails_the_build[unused]",
    ),
    "a recording without an example fails": Break(
        "            *self.folder.orphans(),\n",
        "",
        "test_build.py::"
        "test_each_problem_is_reported_in_place_and_fails_the_build[orphan]",
    ),
    "an example without a recording fails": Break(
        "return _unrecorded(self, example, run, actual)",
        "return None",
        "test_build.py::"
        "test_each_problem_is_reported_in_place_and_fails_the_build[unrecorded]",
    ),
    "a program typed into a page fails": Break(
        'block.get("language") not in known:',
        'block.get("language") == "pycon":',
        "test_site.py::test_blocks_typed_by_hand_are_detected",
    ),
    "where Pythons differ there are two recordings": Break(
        "    for gate in gates:\n",
        "    for gate in gates[:1]:\n",
        "test_recorder.py::test_recordings_are_split_by_version",
    ),
    "each Python is compared with its own recording": Break(
        "next((r for r in recordings if r.holds_on(self.version)), None)",
        "next(iter(recordings), None)",
        "test_gate.py::test_each_python_has_its_recording",
    ),
    "a text to highlight is on one line": Break(
        "            if len(found) == 1:\n",
        "            if found:\n",
        "test_directives.py::"
        "test_highlighted_text_must_be_on_exactly_one_line[print-on 2 lines]",
    ),
    # -- Rendering -------------------------------------------------------------------
    "copying a part gives the whole file": Break(
        "            box += complete_source(example, f\"complete-{box['ids'][0]}\")\n",
        "            pass\n",
        "test_directives.py::test_excerpt_has_the_whole_file_hidden_beside_it",
    ),
    "a prompt is not selected with its command": Break(
        "  white-space: pre;\n  user-select: none;\n",
        "  white-space: pre;\n",
        "test_directives.py::test_prompt_cannot_be_selected",
    ),
    "the same example twice has two ids": Break(
        "        while (identifier := wanted if number == 1 "
        'else f"{wanted}-{number}") in taken:\n            number += 1\n',
        "        identifier = wanted\n",
        "test_directives.py::test_repeated_example_has_unique_ids",
    ),
    "two clean builds are the same bytes": Break(
        "return _box(example, label, run, notes)",
        'return _box(example, f"{label}, {run.seconds} s", run, notes)',
        "test_build.py::test_two_clean_builds_are_the_same_bytes",
    ),
    "a failure is told in words": Break(
        '        notes = [_("Exit status: {status}", status=run.status), *notes]\n',
        "        pass\n",
        "test_directives.py::"
        "test_the_output_bar_says_the_command_the_python_and_the_status",
    ),
    "an answer unfolds without a script": Break(
        '(node, "details", CLASS="what-if")',
        '(node, "div", CLASS="what-if")',
        "test_claims.py::test_answer_is_folded_under_its_question",
    ),
    "no line of an example is too wide for a phone": Break(
        '"""Create a task and wait for it."""\n',
        f'"""Create a task and wait for it{", or more" * 5}."""\n',
        "test_examples.py::test_examples_are_small",
    ),
    "a warning has a type that can be suppressed": Break(
        "                subtype=problem.kind.value,\n",
        "",
        "test_build.py::test_suppressed_warning_type_does_not_fail_the_build[drift]",
    ),
    "a warning has its place": Break(
        "                location=location,\n",
        "",
        "test_build.py::"
        "test_each_problem_is_reported_in_place_and_fails_the_build[drift]",
    ),
    # -- Fast starts, results from elsewhere -----------------------------------------
    "a forked program is the one that was started plainly": Break(
        "    _renew_main()\n",
        "",
        HOSTILE,
    ),
    "a data file of an editable package is part of the key": Break(
        "        whole=whole or entry.name",
        "        whole=entry.name",
        "test_describe.py::test_changed_file_of_a_package_changes_the_key"
        "[path/src/pathpkg/data/words.txt]",
    ),
    "a borrowed package is part of the key": Break(
        "    entries = dict.fromkeys(sys.path)\n",
        "    entries = dict.fromkeys(site.getsitepackages())\n",
        "test_describe.py::test_changed_file_of_a_package_changes_the_key"
        "[lent/lent-1.dist-info/RECORD]",
    ),
    "a file of somebody else is not overwritten": Break(
        "        if is_foreign(path):\n            raise RefusedError(",
        "        if not path:\n            raise RefusedError(",
        "test_pytest_plugin.py::test_file_of_somebody_else_is_no_recording",
    ),
    "a result counts for the interpreter that gave it": Break(
        '        "interpreter": _sha256_of(interpreter.identity),\n',
        "",
        "test_cache.py::test_another_interpreter_or_package_changes_the_key",
    ),
}


class Copy:
    """A copy of the project, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Other tests write the bytecode of the project meanwhile, each file under
        # another name at first, so what is broken is not made whole from there.
        self._source = folder.with_name("whole")
        self._source.mkdir()
        for name in ("conf.py", "pyproject.toml"):
            shutil.copy2(REPOSITORY / name, self._source)
        ignore = shutil.ignore_patterns("baseline", "node_modules", "*.pyc.*")
        for name in ("docs", "examples", "tests"):
            shutil.copytree(REPOSITORY / name, self._source / name, ignore=ignore)
        shutil.copytree(self._source, folder)
        self._whole = self._files()

    def _files(self) -> dict[Path, tuple[int, int]]:
        """The time and the size of each of its files."""
        found = {}
        for path in self.folder.rglob("*"):
            if path.is_file():
                state = path.stat()
                found[path.relative_to(self.folder)] = state.st_mtime_ns, state.st_size
        return found

    def restore(self) -> None:
        """Make it whole again, whatever has become of it: bytecode, too."""
        end_processes(self.folder)
        now = self._files()
        for path in now.keys() - self._whole.keys():
            (self.folder / path).unlink()
        for path, state in self._whole.items():
            if now.get(path) != state:
                shutil.copy2(self._source / path, self.folder / path)
        assert self._files() == self._whole


@pytest.fixture(scope="session")
def shared_copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy that tests break one after the other: making one takes a second."""
    return Copy(tmp_path_factory.mktemp("promises") / "project")


@pytest.fixture
def copy(shared_copy: Copy) -> Iterator[Path]:
    """A copy of the project to break, made whole afterwards."""
    yield shared_copy.folder
    shared_copy.restore()


def end_processes(folder: Path) -> None:
    """End all processes in a folder: a broken promise may leave some."""
    for number in processes_in(folder):
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(number).kill()


@pytest.fixture
def run_in() -> Iterator[Callable[..., Done]]:
    """Run Python in a copy, with the copy's code first on the import path."""
    # A short path: sockets are made in it, whose paths have 107 characters at most.
    temporary = Path(tempfile.mkdtemp(prefix="promise-"))

    def run(copy: Path, *words: str) -> Done:
        path = str(copy / "docs" / "_ext")
        return command(
            [sys.executable, *words], copy, PYTHONPATH=path, TMPDIR=str(temporary)
        )

    yield run
    end_processes(temporary)
    shutil.rmtree(temporary, ignore_errors=True)


# Without the project's examples, which none of these tests runs, and without looking
# for errors of destructors, which goes through all objects several times.
TEST = [*PYTEST[1:], "-q", "-x", "-o", "example_output_confdir="]
TEST += ["-p", "no:unraisableexception"]


def sources(project: Path) -> Iterator[Path]:
    """The files that a promise may be broken in."""
    for folder in ("docs/_ext/example_output", "examples", "tests/test_site.py"):
        place = project / folder
        for path in [place] if place.is_file() else sorted(place.rglob("*.*")):
            if path.suffix in (".py", ".css", ".js"):
                yield path


def the_place(copy: Path, snippet: str) -> Path:
    """The one file that contains a snippet, exactly once."""
    found: list[Path] = []
    for path in sources(copy):
        found += [path] * path.read_text("utf-8").count(snippet)
    assert len(found) == 1, f"{snippet!r} stands in {len(found)} places: {found}"
    return found[0]


@pytest.mark.parametrize("promise", BREAKS)
def test_a_broken_promise_fails_its_test(
    copy: Path, run_in: Callable[..., Done], promise: str
) -> None:
    broken = BREAKS[promise]
    path = the_place(copy, broken.old)
    source = path.read_text("utf-8").replace(broken.old, broken.new)
    path.write_text(source, "utf-8")
    if path.suffix == ".py":
        compile(source, path, "exec")
    done = run_in(copy, *TEST, f"tests/{broken.test}")
    assert done.status == 1, done.plain
    # It is the test that failed, and not what it needs.
    summary = done.plain.splitlines()[-1]
    assert re.fullmatch(r"1 failed(, \d+ passed)? in .*", summary), done.plain
    # And it failed by what it asserts, or by what it starts, not by being here.
    assert "AF_UNIX path too long" not in done.plain


WHO = "from example_output.running import child as one\nprint(one.__file__)"


def test_unmodified_copy_passes(copy: Path, run_in: Callable[..., Done]) -> None:
    """The tests above fail because of the mistake, not because they run in a copy."""
    names = run_in(copy, "-c", WHO).plain.split()
    assert all(Path(name).is_relative_to(copy) for name in names)
    tests = {f"tests/{broken.test}" for broken in BREAKS.values()}
    a_build = "tests/test_build.py::test_drifted_run_is_repeated"
    assert a_build in tests
    quick = [name for name in sorted(tests) if "test_cache" in name or name == a_build]
    done = run_in(copy, *TEST, *quick)
    assert done.status == 0, done.plain
