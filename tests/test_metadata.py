"""What an example declares in its metadata block: how it is given, and hidden."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from docutils import nodes
from packaging.version import Version
from sphinx.testing.util import SphinxTestApp

from conftest import Project
from example_output.example import Example, find_examples
from example_output.folder import Folder
from example_output.gate import lacking
from example_output.metadata import ExampleError, Metadata, read_metadata
from example_output.recording import evidence
from example_output.running.cache import digest, key_parts
from example_output.running.fit import check_fit
from example_output.running.interpreter import Interpreter, this_interpreter
from example_output.settings import Settings


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
        (['arguments = ["a\\nb"]'], 3, "control character"),
        (["arguments = [1]"], 3, "list of strings"),
        (["stdin = 3"], 3, "stdin is not a string"),
        (["environment = []"], 3, "not a table"),
        (["environment = {A = 1}"], 3, "A = 1 is not a string"),
        (['environment = {"A-B" = "1"}'], 3, "no name of a variable"),
        (['environment = {PYTHONPATH = "."}'], 3, "declare pythonpath"),
        (['environment = {HOME = "."}'], 3, "its own"),
        (['pythonpath = ["/usr"]'], 3, "not relative"),
        (["timeout = 1", 'pythonpath = ["../none"]'], 4, "no folder '../none'"),
        (["timeout = inf"], 3, "timeout = inf is not a number"),
        (["timeout = 1e12"], 3, "above 0, and at most 1,000,000,000"),
        (["timeout = 1", "oh no"], 4, "cannot be read: .*at line 4"),
        (["timeout = 1", 'order = "any"'], 4, "order = 'any' is not"),
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
        check_fit(Example(folder, "program.py"), {})
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
    packages = {"re.quests": "1", "requests": "2.5"}
    found = lacking(metadata.dependencies, packages, Version("3.11.4"))
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


# -- In a file beside it -------------------------------------------------------------

SEPARATE = 'requires-python = ">=3.9"\n[tool.example-output]\narguments = ["Ada"]\n'


@pytest.fixture
def beside(tmp_path: Path) -> Callable[..., Metadata]:
    """What an example declares, from the files that are given."""

    def read(separate: str, program: str = "", name: str = "tool") -> Metadata:
        (tmp_path / f"{name}.py").write_text(program, "utf-8")
        (tmp_path / f"{name}.example.toml").write_text(separate, "utf-8")
        [example] = find_examples(tmp_path)
        return replace(example, declared={"timeout": 5, "arguments": ["Bob"]}).metadata

    return read


def test_a_file_beside_it_declares_the_same_as_a_block(
    beside: Callable[..., Metadata],
) -> None:
    found = beside(SEPARATE, block('stdin = "yes"') + "print(1)\n")
    assert found.arguments == ("Ada",)  # not those of conf.py
    assert (found.stdin, found.timeout) == ("yes", 5)
    assert str(found.requires_python) == ">=3.9"
    assert found.hidden == (1, 4)
    with pytest.raises(
        ExampleError,
        match=re.escape(
            "its PEP 723 block and the file beside it both declare arguments: keep one"
        ),
    ):
        beside(SEPARATE, block('arguments = ["Eve"]'))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("arguments = ", "Invalid value"),
        ('arguments = ["Ada"]', "arguments belongs into [tool.example-output]"),
        ("[tool.example-output]\nargs = []", "args is no key of"),
        ("[tool.example-output]\ntimeout = 0", "timeout = 0 is not a number"),
        ('requires-python = "three"', "Invalid specifier: 'three'"),
        ("tool = 1", "tool is not a table"),
        ("[tool]\nexample-output = 1", "example-output is not a table"),
        (f"x = {'[' * 5000}", "maximum recursion depth"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    beside: Callable[..., Metadata], text: str, message: str
) -> None:
    with pytest.raises(ExampleError, match=re.escape(message)) as caught:
        beside(text)
    assert str(caught.value).startswith("tool.example.toml cannot be read: ")


def test_another_file_beside_it_changes_what_was_kept(
    beside: Callable[..., Metadata], tmp_path: Path
) -> None:
    def parts() -> tuple[dict[str, str], str]:
        [example] = find_examples(tmp_path)
        return key_parts(example, this_interpreter()), evidence.digest(example, [])

    beside(SEPARATE)
    first = parts()
    beside(SEPARATE.replace("Ada", "Eve"))
    second = parts()
    (tmp_path / "tool.example.toml").unlink()
    third = parts()
    assert first[0]["declared"] != second[0]["declared"]
    assert "declared" not in third[0]
    assert len({first[1], second[1], third[1]}) == 3


def test_links_in_data_and_packages_are_followed(tmp_path: Path) -> None:
    (tmp_path / "_shared/deep").mkdir(parents=True)
    (tmp_path / "_shared/deep/x.txt").touch()
    for folder in ("data", "tool"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "shared").symlink_to("../_shared")
        (tmp_path / folder / "back").symlink_to("..")
    (tmp_path / "tool/__init__.py").touch()
    (tmp_path / "tool/__main__.py").touch()
    given = '# /// script\n# [tool.example-output]\n# files = ["data"]\n# ///\n'
    (tmp_path / "given.py").write_text(given)
    [_, data] = Example(tmp_path, "given.py").files
    assert data == tmp_path / "data/shared/deep/x.txt"
    tool = Example(tmp_path, "tool/__main__.py").files
    assert tmp_path / "tool/shared/deep/x.txt" in tool
    assert len(tool) == 3


def test_packages_and_sessions_have_such_files_and_one_alone_is_reported(
    tmp_path: Path,
) -> None:
    for name in ("pack/__init__.py", "pack/__main__.py", "begin.console"):
        (tmp_path / "examples" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "examples" / name).write_text("$ python\n" * ("co" in name))
    for name in ("pack", "begin.console", "gone"):
        path = tmp_path / "examples" / f"{name}.example.toml"
        path.write_text("[tool.example-output]\ntimeout = 7\n")
    folder = Folder(Settings.read(tmp_path, {}))
    assert [e.metadata.timeout for e in folder.examples.values()] == [7, 7]
    [alone] = folder.orphans()
    assert alone.name == "gone.example.toml"
    assert "declares for an example that is not there" in alone.cause


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
