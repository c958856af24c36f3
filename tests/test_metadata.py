"""What an example declares in its metadata block: how it is given, and hidden."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from docutils import nodes
from packaging.version import Version
from sphinx.testing.util import SphinxTestApp

from conftest import Project
from example_output.example import Example
from example_output.metadata import ExampleError, Metadata, read_metadata
from example_output.running.cache import digest, key_parts
from example_output.running.interpreter import Interpreter


def block(*lines: str) -> str:
    """A block with these lines in our table."""
    inside = ["# /// script", "# [tool.example-output]", *(f"# {x}" for x in lines)]
    return "\n".join([*inside, "# ///", ""])


PROGRAM = block(
    'arguments = ["--name", "Ada Lovelace"]',
    'stdin = "yes\\nno\\n"',
    'environment = {GREETING = "Hello"}',
    'pythonpath = ["../../src"]',
    'files = ["data", "*.csv"]',
) + (
    "import os\nimport sys\nfrom pathlib import Path\n\nimport greeter\n\n"
    "print(os.environ['GREETING'], sys.argv[1:], input(), input())\n"
    "print(Path('data/deep/x.txt').read_text(), Path('b.csv').read_text())\n"
    "print('PYTHONPATH' in os.environ)\n"
    "greeter.fail()\n"
)
OUTPUT = """\
$ python all.py --name 'Ada Lovelace'
Hello ['--name', 'Ada Lovelace'] yes no
deep b
False
Traceback (most recent call last):
  File "all.py", line 18, in <module>
    greeter.fail()
  ...
ValueError: <library>/greeter.py
[exit status: 1]
"""


@pytest.fixture
def given(project: Callable[[str], Project]) -> Project:
    """A project with one example that is given everything."""
    root = project("basic")
    root.write("examples/topic/all.py", PROGRAM)
    root.write("examples/topic/data/deep/x.txt", "deep")
    root.write("examples/topic/b.csv", "b")
    root.write("src/greeter.py", "def fail():\n    raise ValueError(__file__)\n")
    root.write("third.md", "# Third\n\n```{example} topic/all.py\n```\n")
    return root


def test_recorder_pytest_and_build_give_a_program_the_same(
    given: Project, app: Callable[..., SphinxTestApp]
) -> None:
    path = "examples/topic/all.py"
    done = given.pytest("--example-record", "--example-accept-failure", path)
    assert done.status == 0, done.plain
    assert given.read("examples/topic/all.out") == OUTPUT
    assert given.pytest(path).status == 0
    built = app(given)
    assert "[example_output" not in built.warning.getvalue()
    page = re.sub(r"<[^>]+>", "", Path(built.outdir, "third.html").read_text())
    assert "python all.py --name 'Ada Lovelace'" in page.replace("&#39;", "'")
    assert "Standard input: yes ⏎ no" in page
    assert "Environment: GREETING=Hello" in page


@pytest.mark.parametrize(
    "changed", ["src/greeter.py", "examples/topic/data/deep/x.txt"]
)
def test_what_it_is_given_is_part_of_the_key(
    given: Project, interpreter: Interpreter, changed: str
) -> None:
    def key() -> str:
        example = Example(given / "examples", "topic/all.py")
        return digest(key_parts(example, interpreter))

    before = key()
    given.write(changed, "# other\n")
    assert key() != before


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        (['arguments = ["a\\nb"]'], 1, "control character"),
        (["arguments = [1]"], 1, "list of strings"),
        (["stdin = 3"], 1, "stdin is not a string"),
        (["environment = []"], 1, "not a table"),
        (["environment = {A = 1}"], 1, "A = 1 is not a string"),
        (['environment = {"A-B" = "1"}'], 1, "no name of a variable"),
        (['environment = {PYTHONPATH = "."}'], 1, "declare pythonpath"),
        (['environment = {HOME = "."}'], 1, "its own"),
        (['pythonpath = ["/usr"]'], 1, "not relative"),
        (["timeout = 1", 'pythonpath = ["../none"]'], 4, "no folder '../none'"),
        (['files = ["*.none"]'], 3, "no data file"),
        (['files = ["../*.txt"]'], 3, "no data file"),
    ],
)
def test_what_cannot_be_given_names_the_line_and_the_cause(
    tmp_path: Path, lines: list[str], line: int, message: str
) -> None:
    folder = tmp_path / "examples"
    folder.mkdir()
    (tmp_path / "x.txt").touch()
    (folder / "program.py").write_text(block(*lines))
    with pytest.raises(ExampleError, match=message) as error:
        Example(folder, "program.py").validate()
    assert error.value.line == line


def test_a_pattern_takes_no_recording_and_no_cache(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(block('files = ["**/*"]'))
    for name in ("a.out", "a.from-3.12.out", "b.out", "x/.y", "__pycache__/a.pyc"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    files = Example(tmp_path, "a.py").files
    names = [path.relative_to(tmp_path).as_posix() for path in files]
    assert names == ["a.py", "b.out"]


# -- Dependencies --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "missing"),
    [
        ("Re_quests", False),
        ("requests>=2", False),
        ("requests>=3", True),
        ("none", True),
        ("none; python_version < '3.0'", False),
        ("none; python_version >= '3.11'", True),
        ("requests @ https://example.org/requests.whl", False),
    ],
)
def test_missing_dependencies(wanted: str, missing: bool) -> None:
    metadata = Metadata(dependencies=(wanted,))
    found = metadata.missing({"re.quests": "1", "requests": "2.5"}, Version("3.11.4"))
    assert found == ([wanted] if missing else [])


def test_missing_dependencies_are_named_with_the_command(given: Project) -> None:
    needs = '# dependencies = ["no-such-thing>=2", "pytest", "nor_this"]\n'
    given.replace("examples/topic/all.py", "# [tool", f"{needs}# [tool")
    message = "topic/all.py: it needs no-such-thing>=2, nor_this, which Python "
    install = "pip install 'no-such-thing>=2' nor_this"
    for done in (given.build("-q"), given.pytest("examples/topic/all.py")):
        assert message in done.plain
        assert f"Install what is missing: {install}" in done.plain
        assert "examples/topic/all.py:1" in done.plain
        assert "Traceback" not in done.plain


# -- On the page ---------------------------------------------------------------------

BLOCK = block("timeout = 5")  # four lines


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"{BLOCK}\nprint(1)\n", (1, 5)),
        (f"#!/usr/bin/env python\n# coding: utf-8\n\n{BLOCK}print(1)\n", (1, 7)),
        (f"print(1)\n\n\n{BLOCK}", (2, 8)),
        (f"print(1)\n{BLOCK.rstrip()}", (2, 5)),
        (f'"""Doc."""\n{BLOCK}print(1)\n', (0, 0)),
        (BLOCK, (0, 0)),
        ("print(1)\n", (0, 0)),
    ],
)
def test_lines_that_pages_leave_out(text: str, hidden: tuple[int, int]) -> None:
    assert read_metadata(text.encode()).hidden == hidden


def test_the_block_is_hidden_and_lines_keep_their_numbers(
    project: Callable[[str], Project], app: Callable[..., SphinxTestApp]
) -> None:
    root = project("basic")
    root.write("examples/top.py", f"{BLOCK}\nprint('a')\nprint('b')\n")
    root.write("examples/top.out", "$ python top.py\na\nb\n")
    root.write("examples/top.timeline", "")
    root.write("examples/end.py", f"print('c')\n\n{BLOCK}")
    root.write("examples/end.out", "$ python end.py\nc\n")
    page = "# Third\n\n```{example} top.py\n:linenos:\n```\n"
    page += "\n```{example} end.py\n```\n"
    root.write("third.md", f"{page}\n```{{example}} top.py\n:lines: 1-2\n```\n")
    built = app(root)
    tree = built.env.get_doctree("third")
    texts = [found.astext() for found in tree.findall(nodes.literal_block)]
    assert texts == ["print('a')\nprint('b')\n", "print('c')\n", *texts[2:]]
    assert "/// script" in texts[2]  # as asked for
    html = Path(built.outdir, "third.html").read_text()
    assert re.search(r'id="example-top-line-6">[^\n]*a', html), html
    assert re.search(r'id="example-top-line-7">[^\n]*b', html)
    assert re.search(r'class="linenos">6</span>', html)
    # Copying, running and editing take the whole file.
    assert html.count('class="example-complete"') == 3
    assert html.count("# /// script") == 4
