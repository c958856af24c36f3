"""Fixtures: miniature projects, and the ways to build and check them."""

import asyncio
import contextlib
import functools
import gc
import http.server
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from bs4 import BeautifulSoup
from filelock import FileLock
from sphinx.testing.util import SphinxTestApp

import forked
from example_output.running.interpreter import Interpreter, this_interpreter
from example_output.running.runs import Runs
from example_output.transcript import Transcript
from install_browser import find_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

pytest_plugins = ["sphinx.testing.fixtures"]


class FirstFailure:
    """Reports the first failure at once; the summary at the end lists all."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.told = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Report what failed, and the command that runs that test alone."""
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if self.told or not report.failed or reporter is None:
            return
        self.told = True
        reporter.write_line("")
        reporter.section("the first failure")
        reporter.write_line(report.longreprtext)
        python = os.path.relpath(sys.executable)
        reporter.write_line(f"Alone: {python} -m pytest '{report.nodeid}'", bold=True)


def pytest_configure(config: pytest.Config) -> None:
    """Report the first failure where reports are collected: not in xdist's workers."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(FirstFailure(config))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Function) -> Iterator[None]:
    """Hide Playwright's event loop from tests without a browser."""
    with no_loop() if "browser" not in item.fixturenames else contextlib.nullcontext():
        return (yield)


@contextlib.contextmanager
def no_loop() -> Iterator[None]:
    """Hide Playwright's event loop, which runs on."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop or asyncio._get_running_loop())


@pytest.hookimpl(trylast=True)  # of those that are left
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """While one of xdist's workers builds the site, others run what needs none."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        # The first two are one worker's.
        of_site = [item for item in items if "site" in item.fixturenames]
        others = [item for item in items if "site" not in item.fixturenames]
        items[:] = of_site[:2] + others + of_site[2:]


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores, since many tests wait for a browser or a sleep."""
    return min(os.cpu_count() or 1, 7) + 1


# A shell starts what runs in its background with interrupts ignored, and so would be
# all that these tests start, and interrupt.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOTS = Path(__file__).parent / "roots"
REPOSITORY = Path(__file__).parent.parent

DOCS = REPOSITORY / "docs"
# The sources of the pages; the README of the extension is none.
SOURCES = sorted(
    path
    for path in DOCS.rglob("*.md")
    if not path.relative_to(DOCS).parts[0].startswith("_")
)
PAGES = [path.relative_to(DOCS).with_suffix("").as_posix() for path in SOURCES]

# The Python that builds and checks the miniature projects: another one in
# compatibility.py.
PYTHON = os.environ.get("PYTHON_OF_PROJECTS", sys.executable)

# The command that a reader of a page knows; -n because links must lead somewhere.
SPHINX = [PYTHON, "-m", "sphinx", "-n", "--color"]

# Hypothesis' plugin takes longer to import than all the rest, and that of anyio asks
# which event loops there are.
PYTEST = [PYTHON, "-m", "pytest", "-p", "no:cacheprovider"]
PYTEST += ["-p", "no:hypothesispytest", "-p", "no:anyio"]


def wait_until(condition: Callable[[], bool]) -> bool:
    """Whether the condition becomes true: a machine may have much else to do."""
    end = time.monotonic() + 120  # seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def press_ctrl_c(build: "subprocess.Popen[bytes]") -> int:
    """Interrupt a build in its own session, and once more if an import has ignored it.

    Python does while it calls back on its own; and a C extension that others import
    only if it is there (_elementtree, PyYAML's) may make an ImportError of it.  Returns
    how many times it took.
    """
    for presses in (1, 2):
        os.killpg(build.pid, signal.SIGINT)  # as a terminal does
        with contextlib.suppress(subprocess.TimeoutExpired):
            build.wait(timeout=20)
            return presses
    build.kill()
    pytest.fail("it does not end")


def version_of(path: Path) -> tuple[int, int]:
    """The modification time and the inode of a file; both change when it is written."""
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_ino


def processes_in(folder: Path) -> Iterator[int]:
    """The processes whose working directory is in a folder."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if Path(process.cwd()).is_relative_to(folder):
                yield process.pid


# A set of values for ``parametrize`` that is marked slow.
slow = functools.partial(pytest.param, marks=pytest.mark.slow)


def slow_but(*quick: object, of: Iterable[object]) -> list[Any]:
    """Values for ``parametrize``: those that are not named are marked slow."""
    every = list(of)
    assert set(quick) <= set(every), "one that is named is not there"
    return [v if v in quick else slow(v) for v in every]


@dataclass
class Done:
    """A finished command."""

    status: int
    out: str

    @property
    def plain(self) -> str:
        """Its output, without colours."""
        return re.sub(r"\x1b\[[0-9;]*m", "", self.out)


def command(words: list[str], folder: Path, **variables: str) -> Done:
    """Run a command in a folder, as a user does.

    It may be forked from a process that has imported the modules already, which can be
    noticed only from outside the process: see :func:`start`.
    """
    if forked.can_fork(words, variables):
        environment = environment_with(variables)
        return Done(*forked.run(words, folder, environment, timeout=600))
    return start(words, folder, **variables)


def start(words: list[str], folder: Path, **variables: str) -> Done:
    """Run a command in a new process, with a command line of its own in ``/proc``."""
    done = subprocess.run(
        words,
        cwd=folder,
        env=environment_with(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        timeout=600,
    )
    return Done(done.returncode, done.stdout)


def environment_with(variables: dict[str, str]) -> dict[str, str]:
    """The environment of this process, without variables that affect a run."""
    without = dict.fromkeys(
        ("CI", "PYTEST_ADDOPTS", "SHARED_BY_TESTS", forked.SERVER), ""
    )
    return {**os.environ, **without, **variables}


class Project:
    """A copy of a test root that a test may change, build and check."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def read(self, name: str) -> str:
        """A file's text."""
        return (self / name).read_text("utf-8")

    def write(self, name: str, text: str) -> Path:
        """Write a file, with folders as needed."""
        path = self / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
        return path

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace a text that occurs exactly once in a file."""
        text = self.read(name)
        assert text.count(old) == 1, f"{old!r} is not once in {name}"
        self.write(name, text.replace(old, new))

    def remove(self, *names: str) -> None:
        """Remove files."""
        for name in names:
            (self / name).unlink()

    def build(self, *options: str, builder: str = "html") -> Done:
        """Build as a user does, in a process of its own."""
        places = ["-b", builder, "-d", "_build/doctrees", ".", f"_build/{builder}"]
        return self.command([*SPHINX, *options, *places])

    def pytest(self, *options: str, **variables: str) -> Done:
        """Run pytest over the examples, as a user does."""
        words = [*PYTEST, *options]
        # Whatever else the machine has: to be asked for its version, each Python of it
        # is started.
        path = os.pathsep.join([str(Path(PYTHON).parent), os.defpath])
        few = {"PATH": path, "PYENV_ROOT": str(self.folder)}
        return self.command(words, **{**few, **variables})

    def command(self, words: list[str], **variables: str) -> Done:
        """Run a command in the project's folder."""
        return command(words, self.folder, **variables)

    def html(self, name: str = "index") -> str:
        """A page as it was built."""
        return self.read(f"_build/html/{name}.html")


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], Project]:
    """Make a copy of ``roots/test-<name>``."""

    def copy(name: str) -> Project:
        folder = tmp_path / name
        shutil.copytree(ROOTS / f"test-{name}", folder)
        return Project(folder)

    return copy


@pytest.fixture
def app(
    project: Callable[[str], Project],
    make_app: Callable[..., SphinxTestApp],
) -> Callable[..., SphinxTestApp]:
    """Build a test root in this process, and return the app."""

    def build(
        root: "str | Project", builder: str = "html", **options: object
    ) -> SphinxTestApp:
        copy = project(root) if isinstance(root, str) else root
        made = make_app(builder, srcdir=copy.folder, **options)
        made.build()
        return made

    return build


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This site, built from scratch with warnings as errors."""

    def build(folder: Path) -> None:
        assert "0 unchanged, 0 drifted" in build_site(folder).plain

    return once(tmp_path_factory, "site", build)


def once(
    factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]
) -> Path:
    """The pages of a site that one of xdist's workers builds for all of them."""

    def make(folder: Path) -> None:
        build(folder)
        (folder / "built").rename(folder / "html")

    pages = shared(factory, name, make) / "html"
    assert pages.is_dir(), "another worker could not build the site, and says why"
    return pages


def shared(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]
) -> Path:
    """A folder that one of xdist's workers fills for all of them.

    The Makefile names a place for it where several runs of pytest follow each other.
    """
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder = Path(os.environ.get("SHARED_BY_TESTS") or folder) / name
    # What it makes may take a browser of its own.
    with FileLock(folder.with_suffix(".lock")), no_loop():
        if not folder.exists():
            folder.mkdir()
            make(folder)
    return folder


def build_site(folder: Path, *options: str, **variables: str) -> Done:
    """Build the site in ``built`` below a folder, with warnings as errors."""
    words = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-c", "."]
    words += ["-d", str(folder / "doctrees"), *options, "docs", str(folder / "built")]
    done = command(words, REPOSITORY, **variables)
    assert done.status == 0, done.plain
    return done


@functools.cache
def parsed(path: Path) -> BeautifulSoup:
    """A page of the site, which no test may change."""
    # Python's garbage collector would go through its nodes many times.
    gc.disable()
    try:
        return BeautifulSoup(path.read_text("utf-8"), "html.parser")
    finally:
        gc.enable()


def results_of(site: Path) -> dict[str, str]:
    """The variable with which another build of the site needs to run no program."""
    return {"EXAMPLE_OUTPUT_CACHE": str(site.parent / "doctrees" / "example_output")}


# -- A browser -----------------------------------------------------------------------


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    path = find_browser()
    if path is None:
        pytest.fail(
            "no browser; make test installs one: docs/_tools/install_browser.py"
        )
    # Containers and root have no sandbox; the pages are our own.
    with sync_playwright() as playwright:
        # No program here computes for long enough to be worth the optimizing compiler,
        # which takes a third of what it costs to start Python.
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--js-flags=--liftoff-only",
                # As a Chromium with windows has it, whose letters are narrower.
                "--font-render-hinting=slight",
            ],
        )
        loop = asyncio.get_running_loop()
        yield chromium
        asyncio._set_running_loop(loop)  # which the last test may have had hidden
        chromium.close()


NewPage = Callable[..., "Page"]


class Pages:
    """Opens pages of the site, and notes what they must not do."""

    def __init__(self, browser: "Browser", address: str) -> None:
        self._browser = browser
        self._address = address
        self._contexts: list[BrowserContext] = []
        self._own = [address, "file:", "data:", "blob:"]
        self._strangers: list[str] = []
        self._errors: list[str] = []

    def open(
        self, name: str, base: str = "", query: str = "", **options: object
    ) -> "Page":
        """Open a page in a profile of its own."""
        base = base or self._address
        context = self._browser.new_context(**options)  # type: ignore[arg-type]
        self._contexts.append(context)
        self._own.append(base)
        page = context.new_page()
        # A machine that has ten times too much to do takes that long for some things.
        page.set_default_timeout(120_000)  # milliseconds
        page.on("request", lambda request: self._note(request.url))
        page.on("pageerror", lambda error: self._errors.append(str(error)))
        page.on("console", lambda message: self._note_message(message.text))
        page.goto(f"{base}/{name}.html{query}")
        return page

    def _note(self, url: str) -> None:
        if not url.startswith(tuple(self._own)):
            self._strangers.append(url)

    def _note_message(self, text: str) -> None:
        if "Content Security Policy" in text:
            self._errors.append(text)

    def check(self) -> None:
        """No page has asked another host, raised, or broken its policy."""
        strangers, errors = self._strangers[:], self._errors[:]
        self._strangers.clear()
        self._errors.clear()
        assert strangers == []
        assert errors == []

    def close(self) -> None:
        """Close all of them."""
        while self._contexts:
            self._contexts.pop().close()


@pytest.fixture
def new_page(browser: "Browser", address: str) -> Iterator[NewPage]:
    """Open a page of the site.

    A request to another host fails the test, as does anything that the page's policy
    forbids.
    """
    pages = Pages(browser, address)
    yield pages.open
    pages.close()
    pages.check()


CHANGED = "Changed. Reset brings back the documented program."


class Lesson:
    """A page with a program that tests share, since each page starts a Python."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self._box: Locator | None = None

    @property
    def box(self) -> "Locator":
        """The box of its program, as it is when the page has been opened."""
        if self._box is None:
            self._box = box_of(self.pages.open("tutorial/one-task"), "create_task")
        return self._box

    def tidy(self) -> None:
        """Leave it to the next test as it was.

        Were another one opened instead, whatever runs in this one would go on.
        """
        box, self._box = self.box, None
        for name in ("Stop", "Close", "Reset", "Done"):
            # What it is called begins so, and goes on with the name of the program.
            called = re.compile(rf"^{name}\b")
            button = box.get_by_role("button", name=called).first
            if button.is_visible():
                button.click()
        box.page.set_viewport_size({"width": 1280, "height": 720})
        box.page.mouse.move(0, 0)
        box.page.evaluate("scrollTo(0, 0); document.activeElement.blur()")
        assert not box.get_by_text(CHANGED).is_visible()
        assert box.locator("pre").first.is_visible()
        self._box = box


@pytest.fixture(scope="session")
def lesson(browser: "Browser", address: str) -> Lesson:
    """A lesson that lasts as long as the browser."""
    return Lesson(Pages(browser, address))


@pytest.fixture
def box(lesson: Lesson) -> "Iterator[Locator]":
    """The program of a page that tests share, with its controls and its output."""
    yield lesson.box
    lesson.tidy()
    lesson.pages.check()


def wait_for_text(
    part: "Locator", text: str | re.Pattern[str], seconds: float = 120
) -> None:
    """Wait until a part of a page shows a text: one that is hidden does not count.

    Playwright would search all nodes of it at each frame, and be busier than Python.
    """
    part.wait_for(timeout=seconds * 1000)
    pattern = re.compile(re.escape(text)) if isinstance(text, str) else text
    end = time.monotonic() + seconds
    while not pattern.search(part.inner_text()):
        assert time.monotonic() < end, f"{text} is not in: {part.inner_text()}"
        part.page.wait_for_timeout(50)


def box_of(page: "Page", name: str) -> "Locator":
    """The box of a program, with its controls and its output."""
    return page.locator(f".example:has(> #example-{name.replace('_', '-')})")


@pytest.fixture(scope="session")
def interpreter() -> Interpreter:
    """The interpreter that the tests run on."""
    return this_interpreter()


@pytest.fixture
def run(tmp_path: Path, interpreter: Interpreter) -> Callable[..., Transcript]:
    """Run one program, given as text, and return its transcript."""
    from example_output.running.job import Job

    folder = tmp_path / "programs"
    folder.mkdir()

    def start(
        source: str | bytes,
        *,
        timeout: float = 20,
        limit: int = 200_000,
        seed: int = 0,
        garbage: int | None = None,
        elsewhere: tuple[str, ...] = (),
        name: str = "program.py",
        **beside: str,
    ) -> Transcript:
        content = source.encode() if isinstance(source, str) else source
        (folder / name).write_bytes(content)
        files = [folder / name]
        for stem, text in beside.items():
            files.append(folder / f"{stem}.py")
            files[-1].write_text(text, "utf-8")
        job = Job(
            key="only",
            files=tuple(map(str, files)),
            root=str(folder),
            executable=interpreter.executable,
            library=interpreter.library,
            timeout=timeout,
            limit=limit,
            seed=seed,
            garbage=garbage,
            elsewhere=elsewhere,
        )
        with Runs([job], at_once=1) as runs:
            return runs.result("only")

    return start
