"""How long a cold build of this site takes, against what it cannot be faster than.

Usage: ``python tests/bench/this_site.py [ROUNDS]`` (``make bench``)

Three things are timed, one after the other, in each round, so that whatever else the
machine does falls on all of them alike: a cold build of the site; a cold build of the
same pages with the programs shown by plain ``literalinclude`` and nothing run; and the
example that takes longest, by itself.  The bar is 1.25 times the longer of the last
two.
"""

import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from example_output.conf_file import read_settings
from example_output.folder import Folder
from example_output.gate import Gate
from example_output.running.interpreter import this_interpreter

REPOSITORY = Path(__file__).parents[2]
BAR = 1.25

# Stands in for the extension: the same directives and roles, and nothing is run.
PLAIN = """\
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.directives.code import LiteralInclude
from sphinx.util.docutils import SphinxDirective, SphinxRole


class _Any(dict):
    def __missing__(self, name):
        return directives.unchanged


class Example(LiteralInclude):
    option_spec = _Any(LiteralInclude.option_spec)

    def run(self):
        self.arguments[0] = "/../examples/" + self.arguments[0]
        if "diff" in self.options:
            self.options["diff"] = "/../examples/" + self.options["diff"]
        self.options.setdefault("language", "python")
        return super().run()


class Block(SphinxDirective):
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _Any()

    def run(self):
        words, messages = self.parse_inline(" ".join(self.arguments))
        asked = nodes.paragraph("", "", *words)
        return [asked, *self.parse_content_to_nodes(), *messages]


class Nothing(SphinxDirective):
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _Any()

    def run(self):
        return []


class Words(SphinxRole):
    def run(self):
        return [nodes.literal(self.rawtext, self.text)], []


def setup(app):
    from example_output.settings import OPTIONS
    from example_output.pages.names import _DIRECTIVES, _ROLES, SECOND

    for name in OPTIONS:
        app.add_config_value(f"example_output_{name}", None, "")
    blocks = {"what-if": Block, "predict": Block, "exercise": Block}
    for name in _DIRECTIVES:
        made = Example if name == "example" else blocks.get(name, Nothing)
        for one in {name, SECOND.get(name, name)}:
            app.add_directive(one, made)
    for name in _ROLES:
        for one in {name, SECOND.get(name, name)}:
            app.add_role(one, Words())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
"""


def main() -> int:
    """Time the rounds and print the ratio."""
    # A shell starts what runs in its background with interrupts ignored, and some
    # examples interrupt themselves.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site, plain = _checkout(folder / "site"), _checkout(folder / "plain")
        _make_plain(plain)
        longest = _longest_example(site)
        cases = {
            "the site": lambda: _build("example_output", site),
            "with plain literalinclude": lambda: _build("sphinx", plain),
            f"{longest.name} alone": lambda: _run(longest),
        }
        times = _measure(cases, rounds)
    return _report(times)


def _checkout(folder: Path) -> Path:
    folder.mkdir()
    shutil.copy(REPOSITORY / "conf.py", folder)
    for name in ("docs", "examples", ".playground"):
        shutil.copytree(REPOSITORY / name, folder / name)
    return folder


def _make_plain(folder: Path) -> None:
    (folder / "plain_example.py").write_text(PLAIN)
    conf = folder / "conf.py"
    conf.write_text(conf.read_text().replace('"example_output"', '"plain_example"'))


def _longest_example(folder: Path) -> Path:
    """The example that took longest, and the byte code of everything is made, too."""
    gate = Gate(Folder(read_settings(folder)), this_interpreter().version)
    examples = [
        example.path
        for example in gate.folder.examples.values()
        if gate.applies(example) and example.metadata.is_plain
    ]
    return max(examples, key=_run)


def _run(program: Path) -> float:
    command = [sys.executable, str(program)]
    return _time(command, program.parent, allowed={0, 1})


def _build(module: str, folder: Path) -> float:
    shutil.rmtree(folder / "_build", ignore_errors=True)
    command = [sys.executable, "-m", module, "-q", "-W", "-c", ".", "docs", "_build"]
    return _time(command, folder, allowed={0})


def _time(command: list[str], folder: Path, allowed: set[int]) -> float:
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    # Byte code is kept, as it is for users: the first round makes it.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True)
    seconds = time.perf_counter() - began
    if done.returncode not in allowed:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr.decode()}")
    return seconds


def _measure(
    cases: dict[str, Callable[[], float]], rounds: int
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(rounds + 1):
        for name, case in cases.items():
            seconds = case()
            if number:  # the first round only warms the disk's cache
                times[name].append(seconds)
    return times


def _report(times: dict[str, list[float]]) -> int:
    for name, found in times.items():
        low, high = min(found), max(found)
        print(f"{statistics.median(found):6.2f} s  ({low:.2f} to {high:.2f})  {name}")
    ours, *floors = (statistics.median(found) for found in times.values())
    ratio = ours / max(floors)
    print(f"ratio {ratio:.2f}; the bar is {BAR}: {'met' if ratio <= BAR else 'missed'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
