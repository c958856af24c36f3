"""How soon a program that a reader runs in the page prints, and what that costs.

Usage: ``python tests/bench/playground.py [ROUNDS]`` (``make bench``), after ``make
html``.

Each round is a browser with an empty profile: the first run of a program, with the
runtime still to be fetched, and the second.  The bars: to the first line at most 2.5
times the processor time that the browser takes until then; to the first picture at
most 1.5 times as long as to the first line; later ones at most 0.15 s after the line
that they show; at most 1.05 times as long for an observed program as for a plain one;
at most 50 MB for the Python that draws, and 15 left of them (the picture, and noise)
when it has gone after a minute's rest; the second run at most 0.4 of the first; less
than 0.1 s of processor in a sleep of 2 s, beyond what an idle page takes; an endless
loop stopped in less than 0.1 s; an endless print ended in 5 s, and the page's own
thread never busy for more than 0.1 s meanwhile.
"""

import contextlib
import http.server
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

REPOSITORY = Path(__file__).parents[2]
sys.path[:0] = [str(REPOSITORY / "docs" / "_tools")]

from example_output.conf_file import read_settings  # noqa: E402
from example_output.example import Example  # noqa: E402
from example_output.folder import Folder  # noqa: E402
from example_output.playground.prover import Prover  # noqa: E402
from example_output.playground.runtime import Runtime  # noqa: E402
from install_browser import find_browser  # noqa: E402  # found by the line above

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SITE = REPOSITORY / "_build" / "html"
PAGE = "tutorial/one-task.html"
SLEEP = "import asyncio\nprint('now')\nasyncio.run(asyncio.sleep(4))\n"
LOOP = "print('now', flush=True)\nwhile True:\n    pass\n"
MARKS = """\
import asyncio

async def main():
    for i in range(8):
        print(f"mark {i}")
        await asyncio.sleep(0.5)

asyncio.run(main())
"""
# How soon after a line its picture is there, by the page's own clock.
LATE = """() => {
  const box = document.querySelector(".example:has(> #example-create-task)");
  const printed = new Map();
  window.late = [];
  const note = (text, seen) => {
    for (const [mark] of text.matchAll(/mark \\d/g)) seen(mark);
  };
  new MutationObserver(() => {
    const now = performance.now();
    note(box.querySelector(".run-output")?.textContent ?? "", (mark) => {
      if (!printed.has(mark)) printed.set(mark, now);
    });
    note(box.querySelector(".run-timeline svg")?.textContent ?? "", (mark) => {
      if (!printed.get(mark)) return;
      window.late.push((now - printed.get(mark)) / 1000);
      printed.set(mark, 0);
    });
  }).observe(box, { subtree: true, childList: true, characterData: true });
}"""
# Prints for how long its tasks run: about a second, with all the 400 events that a
# picture may have, so that no program pays for more of them.
BUSY = """\
import asyncio, time

async def work(n):
    for _ in range(3):
        await asyncio.sleep(0)
    return sum(range(n))

async def main():
    for _ in range(18):
        await asyncio.gather(work(700_000), work(700_000))

begun = time.perf_counter()
asyncio.run(main())
print(time.perf_counter() - begun)
"""
PRINT = "i = 0\nwhile True:\n    print(i)\n    i += 1\n"
# When the next line is there, and when the program has ended, by the page's own clock.
WATCH = """() => {
  const box = document.querySelector(".example:has(> #example-create-task)");
  window.begun = window.line = window.ended = window.longest = window.drawn = 0;
  new PerformanceObserver(list => {
    for (const { duration } of list.getEntries())
      window.longest = Math.max(window.longest, duration);
  }).observe({ entryTypes: ["longtask"] });
  box.addEventListener("click", e => {
    // Until its script is there, a button is pressed again by it.
    if (e.isTrusted && e.target.matches("button")) window.begun = performance.now();
  }, true);
  new MutationObserver(() => {
    if (!window.line && box.querySelector(".run-output > div"))
      window.line = performance.now();
    if (!window.drawn && box.querySelector(".run-timeline svg"))
      window.drawn = performance.now();
    if (/^(Stopped|Ended)/.test(box.querySelector(".run-status")?.textContent))
      window.ended ||= performance.now();
  }).observe(box, { subtree: true, childList: true, characterData: true });
}"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    sent = 0

    def log_message(self, *_: object) -> None:
        pass

    def copyfile(self, source: object, outputfile: object) -> None:
        data = source.read()  # type: ignore[attr-defined]
        type(self).sent += len(data)
        outputfile.write(data)  # type: ignore[attr-defined]


@contextlib.contextmanager
def _served() -> Iterator[str]:
    handler = partial(_Quiet, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _cpu() -> float:
    """Seconds of processor of all the browser's processes."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "chrom" in process.name():
                total += sum(process.cpu_times()[:2])
    return total


def _wait(page: "Page", condition: str) -> None:
    """Wait until an expression is true; the policy of pages stops Playwright's way."""
    end = time.monotonic() + 120
    while not page.evaluate(condition):
        if time.monotonic() > end:
            raise TimeoutError(condition)
        page.wait_for_timeout(5)


def _run(box: "Locator") -> None:
    """Press Run; while a program runs, the same button says Stop."""
    box.locator(".example-actions button").filter(has_text="Run").click()


def _first_line(page: "Page", box: "Locator") -> tuple[float, float]:
    """Seconds from the click to the first line, and of processor until then."""
    page.evaluate("window.line = window.ended = 0")
    before = _cpu()
    _run(box)
    _wait(page, "window.line")
    used = _cpu() - before
    seconds = page.evaluate("(window.line - window.begun) / 1000")
    _wait(page, "window.ended")
    page.wait_for_timeout(1500)  # the next worker is made ready meanwhile
    return seconds, used


def _edit(box: "Locator", source: str) -> None:
    editor = box.get_by_role("textbox")
    if not editor.is_visible():
        box.get_by_role("button", name="Edit").click()
    editor.press("Control+A")
    box.page.keyboard.insert_text(source)


def _sleeping(page: "Page", box: "Locator") -> float:
    """Seconds of processor in two of sleep, less what the page takes when idle."""

    def used() -> float:
        before = _cpu()
        time.sleep(2)
        return _cpu() - before

    idle = used()
    _edit(box, SLEEP)
    page.evaluate("window.line = window.ended = 0")
    _run(box)
    _wait(page, "window.line")
    time.sleep(1.5)  # the next worker is made ready meanwhile
    asleep = used()
    _wait(page, "window.ended")
    return max(0, asleep - idle)


def _stopping(page: "Page", box: "Locator") -> float:
    """Seconds from the click on Stop until the page says that it has stopped."""
    _edit(box, LOOP)
    page.evaluate("window.line = window.ended = 0")
    _run(box)
    _wait(page, "window.line")
    time.sleep(0.5)
    page.evaluate("window.ended = 0")
    box.get_by_role("button", name="Stop").click()
    _wait(page, "window.ended")
    return float(page.evaluate("(window.ended - window.begun) / 1000"))


def _printing(page: "Page", box: "Locator") -> tuple[float, float]:
    """Seconds until an endless print has ended, and of the page's longest task."""
    _edit(box, PRINT)
    page.evaluate("window.ended = window.longest = 0")
    _run(box)
    _wait(page, "window.ended")
    page.wait_for_timeout(1000)  # the last lines are shown
    seconds = page.evaluate("(window.ended - window.begun) / 1000")
    return seconds, page.evaluate("window.longest / 1000")


def _lateness(page: "Page", box: "Locator") -> float:
    """Seconds from a line to its picture, once the first picture is there."""
    _edit(box, MARKS)
    page.evaluate(LATE)
    page.evaluate("window.ended = 0")
    _run(box)
    _wait(page, "window.ended")
    page.wait_for_timeout(1000)
    return float(page.evaluate("Math.max(...window.late.slice(1))"))


def _memory() -> float:
    """Megabytes that the browser's processes have for themselves."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "chrom" in process.name():
                total += process.memory_full_info().uss / 1e6
    return total


def _drawing(open_page: Callable[[], "Page"], *, blocked: bool) -> tuple[float, float]:
    """Megabytes of the browser after a run, and when it has rested for a minute.

    :param blocked: whether the Python that draws cannot be loaded.
    """
    page = open_page()
    if blocked:
        page.route("**/playground/artist.js", lambda route: route.abort())
    page.evaluate(WATCH)
    box = page.locator(".example:has(> #example-create-task)")
    _first_line(page, box)
    if not blocked:
        _wait(page, "window.drawn")
    # The browser gives back what it needed to compile by itself, after half a minute.
    page.wait_for_timeout(45_000)
    after = _memory()
    page.wait_for_timeout(25_000)
    return after, _memory()


def _observing() -> float:
    """How long an observed program runs, as a multiple of the same one observed not."""
    runtime = Runtime(REPOSITORY / ".playground")
    with tempfile.TemporaryDirectory() as name:
        Path(name, "busy.py").write_text(BUSY, "utf-8")
        prover = Prover(runtime, Folder(read_settings(REPOSITORY)))
        examples = [Example(Path(name), "busy.py")]

        def seconds(*, observed: bool) -> float:
            [(_, answer)] = prover.answers(examples, observed=observed)
            return float(answer["output"])

        return statistics.median(
            seconds(observed=True) / seconds(observed=False) for _ in range(5)
        )


def _round(open_page: Callable[[], "Page"]) -> dict[str, float]:
    page = open_page()
    page.evaluate(WATCH)
    box = page.locator(".example:has(> #example-create-task)")
    page.wait_for_timeout(500)
    _Quiet.sent = 0
    first, boot = _first_line(page, box)
    sent = _Quiet.sent
    _wait(page, "window.drawn")
    drawn = page.evaluate("(window.drawn - window.begun) / 1000")
    later, _ = _first_line(page, box)
    late = _lateness(page, box)
    endless, longest = _printing(page, box)
    return {
        "bytes of the first run, MB": sent / 1e6,
        "click to first line, s": first,
        "processor until then, s": boot,
        "first line / processor": first / boot,
        "click to first picture, s": drawn,
        "first picture / first line": drawn / first,
        "line to its picture, s": late,
        "second run, s": later,
        "second / first": later / first,
        "processor in 2 s of sleep, s": _sleeping(page, box),
        "Stop, s": _stopping(page, box),
        "endless print, s": endless,
        "longest task meanwhile, s": longest,
    }


BARS = {
    "bytes of the first run, MB": 7,
    "first line / processor": 2.5,
    "first picture / first line": 1.5,
    "line to its picture, s": 0.15,
    "observed / plain run": 1.05,
    "memory of the drawing, MB": 50,
    "left after a minute's rest, MB": 15,
    "second / first": 0.4,
    "processor in 2 s of sleep, s": 0.1,
    "Stop, s": 0.1,
    "endless print, s": 5,
    "longest task meanwhile, s": 0.1,
}


def main() -> int:
    """Time the rounds; print the median of each figure beside its bar."""
    from playwright.sync_api import sync_playwright

    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    found: list[dict[str, float]] = []
    with _served() as address, sync_playwright() as playwright:

        @contextlib.contextmanager
        def browsing() -> "Iterator[Callable[[], Page]]":
            browser = playwright.chromium.launch(
                executable_path=find_browser(), args=["--no-sandbox"]
            )

            def open_page() -> "Page":
                page = browser.new_page()
                page.goto(f"{address}/{PAGE}")
                return page

            yield open_page
            browser.close()

        for _ in range(rounds):
            with browsing() as open_page:
                found.append(_round(open_page))
        with browsing() as open_page:
            drawn, rested = _drawing(open_page, blocked=False)
        with browsing() as open_page:
            plain, plain_rested = _drawing(open_page, blocked=True)
    figures = {n: statistics.median(each[n] for each in found) for n in found[0]}
    figures["observed / plain run"] = _observing()
    figures["memory of the drawing, MB"] = drawn - plain
    figures["left after a minute's rest, MB"] = rested - plain_rested
    met = True
    for name, figure in figures.items():
        bar = BARS.get(name)
        met = met and (bar is None or figure <= bar)
        print(f"{name:32} {figure:8.3f}" + (f"   bar {bar}" if bar else ""))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
