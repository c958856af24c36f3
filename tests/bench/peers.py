"""Our extension beside others that run examples, on the same generated programs.

Usage: ``python tests/bench/peers.py [--quick] [--only CORPUS]`` (``make bench``); a
corpus alone is measured again and put beside the figures that are there.

Each tool builds the same pages of the same programs, cold, again with nothing changed,
and again with one program changed.  The peers are installed into environments of their
own below ``_build/bench``, where the figures, a table and a chart of them go, too.

A build's time is that of its whole process.  Its CPU time counts every process that it
started and waited for.  Memory is measured in a build of its own, since looking costs
time: the peak of the Sphinx process, and of the whole tree, in which memory that
processes share counts once.
"""

import argparse
import html
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import report  # lies beside this file

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "_build" / "bench"
RESULTS = FOLDER / "performance.json"
CORES = os.cpu_count() or 1


# -- Programs ------------------------------------------------------------------------

WORKED = (
    "create_task",
    "create_many_tasks",
    "ensure_future",
    "loop_create_task",
    "outside_coroutine",
    "from_function",
)
# What the last two end with; the traceback before it names the place of the file.
ENDS = {
    "outside_coroutine": [
        "Traceback (most recent call last):",
        "RuntimeError: no running event loop",
        "RuntimeWarning: coroutine 'task_coroutine' was never awaited",
    ],
    "from_function": [
        "Traceback (most recent call last):",
        "TypeError: a coroutine was expected, got None",
    ],
}
PROGRAM = '''\
"""Program {number} of a benchmark."""

import asyncio
import sys


async def task_coroutine(number):
    print("task", number, "starts in program {number}")
    await asyncio.sleep({sleep})
    print("task", number, "warns in program {number}", file=sys.stderr)
    return number


async def main():
    tasks = [asyncio.create_task(task_coroutine(n)) for n in range(3)]
    results = [await task for task in tasks]
    print("results", results, "of program {number}")


asyncio.run(main())
'''


@dataclass(frozen=True)
class Program:
    """A program, and the lines that it prints on a terminal, in their order."""

    name: str
    source: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Corpus:
    """A set of programs, and how many stand on one page."""

    name: str
    programs: tuple[Program, ...]
    on_a_page: int


def corpora() -> dict[str, Corpus]:
    """The three sets."""
    hundred = tuple(_program(n, 0.1) for n in range(100))
    thousand = tuple(_program(n, 0) for n in range(1000))
    sets = (
        Corpus("6", tuple(map(_worked, WORKED)), 1),
        Corpus("100", hundred, 1),
        Corpus("1000", thousand, 20),
    )
    return {corpus.name: corpus for corpus in sets}


def _worked(name: str) -> Program:
    path = REPOSITORY / "examples" / "tutorial" / f"{name}.py"
    printed = path.with_suffix(".out").read_text("utf-8").splitlines()[1:]
    known = [line for line in printed if "coroutine" in line or "executing" in line]
    plain = [line for line in known if not re.search(r"Error|Warning|  ", line)]
    return Program(name, path.read_text("utf-8"), (*plain, *ENDS.get(name, [])))


def _program(number: int, sleep: float) -> Program:
    starts = [f"task {n} starts in program {number}" for n in range(3)]
    warns = [f"task {n} warns in program {number}" for n in range(3)]
    results = [f"results [0, 1, 2] of program {number}"]
    source = PROGRAM.format(number=number, sleep=sleep)
    return Program(f"program_{number:04}", source, (*starts, *warns, *results))


# -- Tools ---------------------------------------------------------------------------


@dataclass
class Tool:
    """A way to put programs and their output on pages."""

    name: str
    conf: str
    show: str
    """What shows one program on a page; ``{name}`` and ``{source}`` are filled in."""
    packages: tuple[str, ...] = ()
    """What its environment needs; none for our own environment."""
    module: str = "sphinx"
    suffix: str = ".md"
    awaits: bool = False
    """Whether it runs programs where an event loop is running already."""
    runs: bool = True
    gallery: bool = False
    jobs: tuple[str, ...] = ("1", "auto")
    prepare: Callable[[Path, Corpus], None] = field(default=lambda *_: None)

    @property
    def python(self) -> str:
        """The interpreter of its environment."""
        if not self.packages:
            return sys.executable
        place = "Scripts/python.exe" if os.name == "nt" else "bin/python"
        return str(FOLDER / "environments" / self.name / place)

    def install(self) -> None:
        """Make its environment, unless it is there."""
        folder = FOLDER / "environments" / self.name
        stamp = folder / "packages.txt"
        wanted = "\n".join(self.packages)
        if not self.packages or (stamp.is_file() and stamp.read_text() == wanted):
            return
        print(f"installing {self.name}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = [self.python, "-m", "pip", "install", "--quiet", *self.packages]
        subprocess.run(install, check=True)
        stamp.write_text(wanted)


COMMON = """\
project = "Benchmark"
html_theme = "furo"
exclude_patterns = ["_build", "examples"]
"""
MYST = f"{COMMON}extensions = ['myst_parser']\n"
SPHINX = ("sphinx>=9.0,<9.1", "furo", "myst-parser")


def write_recordings(folder: Path, corpus: Corpus) -> None:
    """Our recordings: to make them is not what is timed."""
    for program in corpus.programs:
        path = folder / "examples" / f"{program.name}.out"
        own = REPOSITORY / "examples" / "tutorial"
        for recording in own.glob(f"{program.name}.*out"):
            shutil.copy(recording, path.parent)
        if not path.exists():
            path.write_text(
                "\n".join([f"$ python {program.name}.py", *program.lines, ""])
            )


def tools() -> dict[str, Tool]:
    """All of them, the floor first."""
    ours = "extensions = ['myst_parser', 'example_output']\n"
    shown = "```{{example}} {name}.py\n```\n"
    cell = "```{{code-cell}} ipython3\n{source}\n```\n"
    known = [
        Tool(
            "plain literalinclude",
            MYST,
            "```{{literalinclude}} examples/{name}.py\n```\n",
            runs=False,
        ),
        Tool(
            "example_output",
            COMMON + ours,
            shown,
            module="example_output",
            prepare=write_recordings,
        ),
        Tool(
            "example_output, plain interpreters",
            f"{COMMON}{ours}example_output_fast_start = False\n",
            shown,
            module="example_output",
            prepare=write_recordings,
        ),
        Tool(
            "sphinxcontrib-programoutput",
            f"{COMMON}extensions = ['myst_parser', 'sphinxcontrib.programoutput']\n",
            "```{{literalinclude}} examples/{name}.py\n```\n"
            "```{{program-output}} python examples/{name}.py\n:returncode: {status}\n"
            ":cwd: /\n```\n",
            packages=(*SPHINX, "sphinxcontrib-programoutput"),
        ),
        Tool(
            "sphinx-gallery",
            f"{COMMON}extensions = ['sphinx_gallery.gen_gallery']\n"
            "sphinx_gallery_conf = {'examples_dirs': 'examples', 'gallery_dirs': "
            "'gallery', 'filename_pattern': r'\\.py', 'capture_repr': (), "
            "'image_scrapers': (), 'reset_modules': (), "
            f"'only_warn_on_example_error': True, 'parallel': {CORES}}}\n",
            "",
            packages=(*SPHINX, "sphinx-gallery", "joblib"),
            suffix=".rst",
            gallery=True,
        ),
        Tool(
            "MyST-NB",
            f"{COMMON}extensions = ['myst_nb']\nnb_execution_mode = 'cache'\n"
            "nb_execution_allow_errors = True\n",
            cell,
            packages=(*SPHINX, "myst-nb", "ipykernel"),
            awaits=True,
        ),
        Tool(
            "jupyter-sphinx",
            f"{COMMON}extensions = ['jupyter_sphinx']\n",
            ".. jupyter-execute::\n   :raises:\n\n{source}\n",
            packages=(*SPHINX, "jupyter-sphinx", "ipykernel"),
            suffix=".rst",
            awaits=True,
        ),
    ]
    return {tool.name: tool for tool in known}


# -- A project -----------------------------------------------------------------------


class Project:
    """One tool's copy of a corpus."""

    def __init__(self, tool: Tool, corpus: Corpus) -> None:
        self.tool, self.corpus = tool, corpus
        name = re.sub(r"\W+", "-", tool.name)
        self.folder = FOLDER / "projects" / corpus.name / name
        self.log = self.folder / "runs.log"
        self.last: subprocess.CompletedProcess[str] | None = None

    def make(self) -> None:
        """Write it from scratch."""
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "examples").mkdir(parents=True)
        (self.folder / "conf.py").write_text(self.tool.conf)
        for program in self.corpus.programs:
            self.write(program)
        if self.tool.gallery:
            (self.folder / "examples/README.txt").write_text("Examples\n========\n")
            text = "Benchmark\n=========\n\n.. toctree::\n\n   gallery/index\n"
            (self.folder / "index.rst").write_text(text)
        else:
            self._write_pages()
        self.tool.prepare(self.folder, self.corpus)

    def write(self, program: Program, extra: str = "") -> None:
        """Write one program, with a count of its runs where we cannot ask the tool."""
        path = self.folder / "examples" / f"{program.name}.py"
        path.write_text(self._source(program) + extra)

    def _source(self, program: Program) -> str:
        source = program.source
        if self.tool.awaits:
            source = source.replace("asyncio.run(main())", "await main()")
        if self.tool.packages:
            # At the start, since two of them end in an error; a docstring stays first.
            docstring, line, code = source.partition("\n")
            count = f'open({str(self.log)!r}, "a").write("x")'
            source = f"{docstring}{line}{count}\n{code}"
        return source

    def _write_pages(self) -> None:
        programs, size = self.corpus.programs, self.corpus.on_a_page
        pages = [programs[n : n + size] for n in range(0, len(programs), size)]
        for number, page in enumerate(pages):
            self._write_page(number, page)
        names = [f"page_{number:04}" for number in range(len(pages))]
        if self.tool.suffix == ".md":
            toctree = "\n".join(["```{toctree}", *names, "```"])
            text = f"# Benchmark\n\n{toctree}\n"
        else:
            toctree = "\n".join(f"   {name}" for name in names)
            text = f"Benchmark\n=========\n\n.. toctree::\n\n{toctree}\n"
        (self.folder / f"index{self.tool.suffix}").write_text(text)

    def _write_page(self, number: int, programs: Sequence[Program]) -> None:
        title = f"Page {number}"
        kernel = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n\n"
        head = f"# {title}\n\n"
        if self.tool.suffix == ".rst":
            head = f"{title}\n{'=' * len(title)}\n\n"
        elif self.tool.awaits:
            head = f"{kernel}{head}"
        path = self.folder / f"page_{number:04}{self.tool.suffix}"
        path.write_text(head + "\n".join(map(self._shown, programs)))

    def _shown(self, program: Program) -> str:
        source = self._source(program)
        if self.tool.suffix == ".rst":
            source = "\n".join(f"   {line}".rstrip() for line in source.splitlines())
        status = 1 if program.name in ENDS else 0
        return self.tool.show.format(name=program.name, source=source, status=status)

    def change(self, number: int) -> None:
        """Change one program so that it prints the same, and what shows it."""
        program = self.corpus.programs[0]
        changed = Program(program.name, f"{program.source}# {number}\n", program.lines)
        self.write(changed)
        if self.tool.awaits:
            pages = (changed, *self.corpus.programs[1 : self.corpus.on_a_page])
            self._write_page(0, pages)

    def change_recording(self) -> None:
        """Change one recording, so that the gate has to say no."""
        path = self.folder / "examples" / f"{self.corpus.programs[0].name}.out"
        path.write_text(path.read_text() + "more\n")

    def forget(self) -> None:
        """Remove all that was built."""
        for name in (
            "_build",
            ".jupyter_cache",
            "gallery",
            "jupyter_execute",
            "sg_execution_times.rst",
        ):
            path = self.folder / name
            shutil.rmtree(path, ignore_errors=True)
            if path.is_file():
                path.unlink()

    def command(self, jobs: str) -> list[str]:
        """The build."""
        words = [self.tool.python, "-m", self.tool.module, "-j", jobs]
        return [*words, ".", "_build"]

    def build(self, jobs: str) -> dict[str, float]:
        """Build once: seconds, CPU seconds, runs."""
        self.log.unlink(missing_ok=True)
        before = _cpu()
        began = time.perf_counter()
        self.last = subprocess.run(
            self.command(jobs),
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
        )
        seconds = time.perf_counter() - began
        return {"wall": seconds, "cpu": _cpu() - before, "runs": self._runs()}

    def check(self) -> None:
        """Stop if the last build failed: its time would be that of a failure."""
        if self.last and self.last.returncode:
            sys.exit(f"{self.tool.name} failed:\n{self.last.stderr}")

    def environment(self) -> dict[str, str]:
        """As a user has it: byte code is kept, and ``python`` is the tool's own."""
        folder = str(Path(self.tool.python).parent)
        path = os.pathsep.join([folder, os.environ.get("PATH", "")])
        environment = {**os.environ, "PATH": path}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        return environment

    def _runs(self) -> int:
        if not self.tool.packages:
            assert self.last
            text = re.sub(r"\x1b\[[0-9;]*m", "", self.last.stdout)
            found = re.search(r"examples: (\d+) run", text)
            return int(found[1]) if found else 0
        return len(self.log.read_text()) if self.log.is_file() else 0

    def memory(self, jobs: str) -> dict[str, float]:
        """Build once, cold: the peak megabytes of Sphinx and of the whole tree."""
        self.forget()
        process = psutil.Popen(
            self.command(jobs),
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        peaks = {"sphinx": 0.0, "tree": 0.0}
        done = threading.Event()

        def look() -> None:
            while not done.wait(0.05):
                with suppress(psutil.Error):
                    below = process.children(recursive=True)
                    tree = sum(_shared_once(one) for one in [process, *below])
                    peaks["tree"] = max(peaks["tree"], tree)
                    own = process.memory_info().rss / 1e6
                    peaks["sphinx"] = max(peaks["sphinx"], own)

        watcher = threading.Thread(target=look)
        watcher.start()
        status = process.wait()
        done.set()
        watcher.join()
        if status:
            sys.exit(f"{self.tool.name} failed in {self.folder}")
        return peaks

    def right(self) -> float:
        """The share of programs whose lines are on a page, all, in their order."""
        texts = [
            _words(path)
            for path in sorted((self.folder / "_build").rglob("*.html"))
            if path.name not in {"genindex.html", "search.html"}
        ]
        found = sum(_has(texts, program.lines) for program in self.corpus.programs)
        return found / len(self.corpus.programs)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _shared_once(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 1e6
    except (psutil.Error, AttributeError):
        return 0.0


def _words(path: Path) -> str:
    """A page's blocks, as text."""
    blocks = re.findall(r"(?s)<pre[^>]*>(.*?)</pre>", path.read_text("utf-8"))
    return html.unescape(re.sub(r"<[^>]+>", "", "\n".join(blocks)))


def _has(texts: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether a text has all lines, the second one right after the first."""
    first, second = lines[:2]
    for text in texts:
        place = text.find(first)
        while place >= 0:
            end = text.find("\n", place) + 1
            rest = text[end:]
            if second in rest.partition("\n")[0] and _in_order(rest, lines[1:]):
                return True
            place = text.find(first, place + 1)
    return False


def _in_order(text: str, lines: Sequence[str]) -> bool:
    place = 0
    for line in lines:
        place = text.find(line, place)
        if place < 0:
            return False
        place += len(line)
    return True


# -- Measuring -----------------------------------------------------------------------


def measure(project: Project, jobs: str, rounds: int) -> dict[str, Any]:
    """The cold build and the incremental ones, the median of some rounds of each."""
    cases: dict[str, list[dict[str, float]]] = {
        "cold": [],
        "unchanged": [],
        "changed": [],
    }
    right = []
    for number in range(rounds):
        project.forget()
        cases["cold"].append(project.build(jobs))
        project.check()
        right.append(project.right() if project.tool.runs else 0)
        cases["unchanged"].append(project.build(jobs))
        project.check()
        project.change(number)
        cases["changed"].append(project.build(jobs))
        project.check()
        right.append(project.right() if project.tool.runs else 0)
    result: dict[str, Any] = {name: _medians(found) for name, found in cases.items()}
    result["right"] = min(right)
    return result


def _medians(found: list[dict[str, float]]) -> dict[str, float]:
    return {
        key: round(statistics.median(one[key] for one in found), 3) for key in found[0]
    }


def bare_run(project: Project) -> dict[str, float]:
    """What the programs cost without Sphinx: CPU of one, and the longest."""
    programs = project.corpus.programs[:20]
    command = [sys.executable]
    walls = []
    before = _cpu()
    for program in programs:
        began = time.perf_counter()
        subprocess.run(
            [*command, f"{program.name}.py"],
            cwd=project.folder / "examples",
            env=project.environment(),
            capture_output=True,
        )
        walls.append(time.perf_counter() - began)
    return {"cpu": (_cpu() - before) / len(programs), "longest": max(walls)}


_ROUNDS = {"6": 5, "100": 3, "1000": 3}


def rounds_of(tool: Tool, corpus: Corpus, *, quick: bool) -> int:
    """How many rounds: more where they are short, and where the bars are."""
    if quick:
        return 1
    rounds = {"6": 2, "100": 1, "1000": 1} if tool.packages else _ROUNDS
    return rounds[corpus.name]


def jobs_of(tool: Tool, corpus: Corpus) -> tuple[str, ...]:
    """With how many processes; where it takes long, only with the best number."""
    return ("auto",) if tool.packages and corpus.name != "6" else tool.jobs


def run(corpus: Corpus, known: Sequence[Tool], *, quick: bool) -> dict[str, Any]:
    """Everything about one corpus."""
    result: dict[str, Any] = {"tools": {}}
    for tool in known:
        project = Project(tool, corpus)
        project.make()
        if not tool.runs:
            result["bare"] = bare_run(project)
        # The first build also warms caches.
        figures: dict[str, Any] = {"memory": project.memory("1")}
        for jobs in jobs_of(tool, corpus):
            rounds = rounds_of(tool, corpus, quick=quick)
            figures[f"-j {jobs}"] = measure(project, jobs, rounds)
        if tool.module == "example_output":
            project.forget()
            project.build("1")
            project.change_recording()
            figures["recording"] = project.build("1")
            assert project.last
            figures["recording"]["status"] = project.last.returncode
        result["tools"][tool.name] = figures
        _tell(corpus, tool, figures)
    return result


def _tell(corpus: Corpus, tool: Tool, figures: dict[str, Any]) -> None:
    for jobs, one in figures.items():
        if not jobs.startswith("-j"):
            continue
        times = "  ".join(
            f"{case} {one[case]['wall']:6.2f} s {one[case]['runs']:4.0f} runs"
            for case in ("cold", "unchanged", "changed")
        )
        right = f"{one['right']:.0%} right" if tool.runs else ""
        print(f"{corpus.name:>4}  {tool.name:34} {jobs:7} {times}  {right}", flush=True)


# -- The bars ------------------------------------------------------------------------


def bars(results: dict[str, Any]) -> Iterator[tuple[str, float, float]]:
    """Each bar: what it is, what was measured, what is allowed."""
    for name, corpus in results["corpora"].items():
        found, bare = corpus["tools"], corpus["bare"]
        plain = found["plain literalinclude"]["-j 1"]
        fast = found["example_output"]["-j 1"]
        slow = found["example_output, plain interpreters"]["-j 1"]
        count = {"6": 6, "100": 100, "1000": 1000}[name]
        shared = (plain["cold"]["cpu"] + count * bare["cpu"]) / CORES
        limit = max(plain["cold"]["wall"], bare["longest"], shared)
        allowed = 1.15 if name == "6" else 1.30
        yield f"{name}, cold, plain: limit", slow["cold"]["wall"] / limit, allowed
        if name == "6":
            yield "6, cold: limit", fast["cold"]["wall"] / limit, 1.15
        else:
            ratio = fast["cold"]["wall"] / slow["cold"]["wall"]
            yield f"{name}, fast start: plain interpreters", ratio, 1.0
        if name == "100":
            ratio = fast["cold"]["wall"] / plain["cold"]["wall"]
            yield "100, fast start: plain literalinclude", ratio, 1.20
        ratio = fast["unchanged"]["wall"] / plain["unchanged"]["wall"]
        yield f"{name}, nothing changed: plain literalinclude", ratio, 1.10
        yield f"{name}, nothing changed: runs", fast["unchanged"]["runs"], 0
        floor = max(plain["changed"]["wall"], bare["longest"])
        yield f"{name}, one changed: floor", fast["changed"]["wall"] / floor, 1.15
        yield f"{name}, one changed: runs", fast["changed"]["runs"], 1
        memory = [found[n]["memory"]["sphinx"] for n in found][:2]
        yield f"{name}, memory: MB more than plain", memory[1] - memory[0], 20


def main() -> int:
    """Measure, write, and say which bars are met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="one round of each")
    parser.add_argument(
        "--only", choices=corpora(), help="one corpus; figures of others are kept"
    )
    parser.add_argument("--tool", choices=tools(), action="append")
    given = parser.parse_args()
    known = [tools()[name] for name in given.tool or tools()]
    for tool in known:
        tool.install()
    results: dict[str, Any] = {
        "python": platform.python_version(),
        "cores": CORES,
        "versions": {tool.name: _versions(tool) for tool in known},
        "corpora": {},
    }
    for name, corpus in corpora().items():
        if given.only in (None, name):
            results["corpora"][name] = run(corpus, known, quick=given.quick)
    if not given.tool:
        for what, measured, allowed in bars(results):
            verdict = "met" if measured <= allowed else "MISSED"
            print(f"{verdict:6} {what}: {measured:.2f} (bar {allowed:.2f})")
    if not given.tool:
        if given.only and RESULTS.is_file():
            kept = json.loads(RESULTS.read_text())["corpora"]
            found = {**kept, **results["corpora"]}
            results["corpora"] = {
                name: found[name] for name in _ROUNDS if name in found
            }
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        report.write(results)
        print(f"wrote {RESULTS.relative_to(REPOSITORY)}")
    return 0


def _versions(tool: Tool) -> str:
    package = (
        tool.packages[
            -1
            if tool.name not in ("MyST-NB", "jupyter-sphinx", "sphinx-gallery")
            else -2
        ]
        if tool.packages
        else "sphinx"
    )
    code = f"from importlib.metadata import version; print(version({package!r}))"
    done = subprocess.run([tool.python, "-c", code], capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
