"""Which files are examples, and what their metadata may declare."""

import os
import sys
from pathlib import Path

import pytest

from example_output.example import (
    Example,
    MissingError,
    OutsideError,
    find_examples,
    get_example,
)
from example_output.folder import Folder, recording_path
from example_output.metadata import ExampleError
from example_output.running.fit import check_fit
from example_output.running.imports import find_calls
from example_output.settings import Settings, SettingsError


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files, by their names below the folder and without ``.py``."""
    for name, text in files.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def names(folder: Path) -> list[str]:
    """The names of all examples in a folder."""
    return [example.name for example in find_examples(folder)]


def test_examples_are_found_by_name_in_order(tmp_path: Path) -> None:
    write(tmp_path, {"b": "", "a": "", "topic/c": ""})
    (tmp_path / "notes.txt").touch()
    assert names(tmp_path) == ["a.py", "b.py", "topic/c.py"]


@pytest.mark.parametrize("name", ["_helper", ".hidden", "_parts/a", ".git/a"])
def test_private_files_are_no_examples(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.py"
    path.parent.mkdir(exist_ok=True)
    path.touch()
    assert names(tmp_path) == []
    with pytest.raises(MissingError):
        get_example(tmp_path, f"{name}.py")


def test_a_package_holds_no_examples(tmp_path: Path) -> None:
    files = ["package/__init__", "package/inner/module", "package/module"]
    write(tmp_path, dict.fromkeys(files, ""))
    assert names(tmp_path) == []
    with pytest.raises(MissingError):
        get_example(tmp_path, "package/inner/module.py")


def test_a_package_with_a_main_module_is_an_example(tmp_path: Path) -> None:
    files = ["__init__", "__main__", "part", "inner/__init__", "inner/__main__"]
    write(tmp_path, {f"topic/tool/{name}": "" for name in files})
    write(tmp_path, {"topic/beside": "", "__main__": "", "_own/__main__": ""})
    (tmp_path / "topic/tool/part.py").write_text("import beside")
    (tmp_path / "topic/tool/words.txt").touch()
    (tmp_path / "topic/tool.out").touch()
    assert names(tmp_path) == ["topic/beside.py", "topic/tool/__main__.py"]
    tool = get_example(tmp_path, "topic/tool/__main__.py")
    assert tool.command == "python -m tool"
    assert tool.root == tmp_path / "topic"
    assert recording_path(tool) == tmp_path / "topic/tool.out"
    found = {path.relative_to(tmp_path / "topic").as_posix() for path in tool.files}
    inner = {f"tool/{name}.py" for name in files}
    assert found == {"beside.py", "tool/words.txt", *inner}
    for other in ("topic/tool/inner/__main__.py", "topic/tool/part.py", "__main__.py"):
        with pytest.raises(MissingError):
            get_example(tmp_path, other)


def test_conf_py_declares_for_patterns(tmp_path: Path) -> None:
    block = "# /// script\n# [tool.example-output]\n# timeout = 3\n# ///\n"
    write(tmp_path, {"examples/a": "", "examples/b/c": block})
    tables = {
        "*": {"stdin": "x", "requires-python": ">=3.11"},
        "b/*": {"timeout": 2, "stdin": "y"},
    }

    found = Folder(Settings.read(tmp_path, {"examples": tables})).examples
    first, second = (found[name].metadata for name in ("a.py", "b/c.py"))
    assert (first.stdin, first.timeout, str(first.requires_python)) == (
        "x",
        None,
        ">=3.11",
    )
    assert (second.stdin, second.timeout) == ("y", 3)
    assert found["a.py"].given != found["b/c.py"].given
    for wrong, message in (
        ({"none/*": {}}, "'none/\\*' matches no file"),
        ({"a.py": {"stdn": ""}}, "'a.py': stdn is no key of \\[tool.example-output\\]"),
        ({"a.py": 1}, "'a.py': 1 is not a pattern with a dictionary"),
    ):
        with pytest.raises(SettingsError, match=message):
            _ = Folder(Settings.read(tmp_path, {"examples": wrong})).examples


@pytest.mark.parametrize(
    "name",
    [
        "../outside.py",
        "topic/../../outside.py",
        "topic/../inside.py",
        "/etc/outside.py",
        "C:/outside.py",
        "C:\\outside.py",
        "..\\outside.py",
        "link.py",
        "linked/outside.py",
    ],
)
def test_name_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "examples"
    write(folder, {"inside": "", "topic/a": ""})
    write(tmp_path, {"outside": "", "elsewhere/outside": ""})
    (folder / "link.py").symlink_to(tmp_path / "outside.py")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutsideError):
        get_example(folder, name)
    assert names(folder) == ["inside.py", "topic/a.py"]


@pytest.mark.parametrize(
    "name",
    [
        "none.py",
        "topic",
        "topic/",
        "notes.txt",
        "",
        "loop.py",
        "loop/a.py",
        f"{'x' * 300}.py",
        "a\0.py",
    ],
)
def test_unknown_name_is_missing(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"topic/a": ""})
    (tmp_path / "notes.txt").touch()
    for loop in ("loop.py", "loop"):
        (tmp_path / loop).symlink_to(loop)
    with pytest.raises(MissingError):
        get_example(tmp_path, name)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("hello.py", "python hello.py"),
        ("topic/grün.py", "python grün.py"),
        ("two words.py", "python 'two words.py'"),
    ],
)
def test_the_command_is_what_a_reader_types(
    tmp_path: Path, name: str, command: str
) -> None:
    assert Example(tmp_path, name).command == command


def test_symlinked_folder_holds_no_examples(tmp_path: Path) -> None:
    write(tmp_path, {"real/a": ""})
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "broken.py").symlink_to(tmp_path / "gone.py")
    assert names(tmp_path) == ["real/a.py"]
    for name in ("link/a.py", "broken.py"):
        with pytest.raises(MissingError):
            get_example(tmp_path, name)


def test_a_name_of_the_standard_library_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"contextvars": ""})
    with pytest.raises(ExampleError, match=r"'contextvars'.*rename"):
        check_fit(Example(tmp_path, "contextvars.py"), {})


def test_a_name_that_is_an_option_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"-m": ""})
    with pytest.raises(ExampleError, match="take -m for an option: rename it"):
        check_fit(Example(tmp_path, "-m.py"), {})


def test_a_name_that_is_too_long_for_a_recording_is_refused(tmp_path: Path) -> None:
    name = "é" * 110
    write(tmp_path, {name: ""})
    with pytest.raises(ExampleError, match="too long for those of recordings"):
        check_fit(Example(tmp_path, f"{name}.py"), {})


@pytest.mark.skipif(sys.platform != "linux", reason="others refuse such names")
@pytest.mark.parametrize("name", [b"\xff.py", b"a\nb.py", b"\x1b[2K/a.py", b" a.py"])
def test_a_name_that_cannot_be_shown_is_refused(tmp_path: Path, name: bytes) -> None:
    path = Path(tmp_path, os.fsdecode(name))
    path.parent.mkdir(exist_ok=True)
    path.touch()
    with pytest.raises(
        SettingsError, match=r"has (what cannot be shown|a blank at an end): rename it"
    ):
        find_examples(tmp_path)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import helper", ["helper.py", "second.py"]),
        ("from helper import name", ["helper.py", "second.py"]),
        ("import asyncio, helper", ["helper.py", "second.py"]),
        ("import asyncio; import helper", ["helper.py", "second.py"]),
        ("import asyncio, \\\n    helper", ["helper.py", "second.py"]),
        ("if True:\n    import helper as h", ["helper.py", "second.py"]),
        ("def f():\n    async def g():\n        import second", ["second.py"]),
        ("for x in y:\n    pass\nelse:\n    import second", ["second.py"]),
        ("try:\n    pass\nexcept E:\n    import second", ["second.py"]),
        ("try:\n    pass\nexcept* E:\n    import second", ["second.py"]),
        ("try:\n    pass\nfinally:\n    import second", ["second.py"]),
        ("match x:\n    case 1:\n        import second", ["second.py"]),
        ("with x:\n    class C:\n        import second", ["second.py"]),
        ("import second", ["second.py"]),
        ("import package.module", ["package/__init__.py", "package/module.py"]),
        ("from package import x", ["package/__init__.py", "package/module.py"]),
        ("import asyncio", []),
        ("print('import helper')", []),
        ("from . import helper", []),
        ("import größe", ["größe.py"]),
        ("import \N{FULLWIDTH LATIN SMALL LETTER S}econd", ["second.py"]),
        ("# coding: utf-7\nimport +AHMAZQBjAG8AbgBk-", ["second.py"]),
        ("import both", ["both/__init__.py"]),
        # In the syntax of a newer Python, perhaps.
        ("import second, (", ["second.py"]),
        ("print('second', '\\d')\nimport second", ["second.py"]),
        ("import linked.part", ["linked/part.py"]),
    ],
)
@pytest.mark.filterwarnings("error")
def test_local_imports_are_followed(
    tmp_path: Path, source: str, found: list[str]
) -> None:
    files = {
        "program": source,
        "helper": "import second",
        "second": "import program",
        "package/__init__": "",
        "package/module": "",
        "größe": "",
        "both": "",
        "both/__init__": "",
        "_real/part": "",
    }
    write(tmp_path, files)
    (tmp_path / "linked").symlink_to("_real")
    (tmp_path / "_real/again").symlink_to(".")
    modules = Example(tmp_path, "program.py").modules
    assert [path.relative_to(tmp_path).as_posix() for path in modules] == found


def block(*lines: str) -> str:
    """A PEP 723 block with these lines in it."""
    return "\n".join(["# /// script", *(f"# {line}" for line in lines), "# ///", ""])


def test_metadata_is_read(tmp_path: Path) -> None:
    text = block(
        'requires-python = ">=3.12"',
        "[tool.example-output]",
        "timeout = 2.5",
        'files = ["names.txt"]',
    )
    write(tmp_path, {"program": f'"""Doc."""\n{text}'})
    (tmp_path / "names.txt").touch()
    example = Example(tmp_path, "program.py")
    assert example.metadata.timeout == 2.5
    assert example.metadata.requires_python is not None
    assert example.metadata.requires_python.contains("3.12.1")
    assert not example.metadata.requires_python.contains("3.11.7")
    assert example.files == (example.path, tmp_path / "names.txt")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (block("requires-python = 3"), 2, "cannot be read"),
        ("\ufeff" + block('requires-python = "new"'), 2, "cannot be read"),
        (block('requires-python = [">=3.9"]'), 2, "cannot be read"),
        (block("tool = 3"), 2, "tool is not a table"),
        ("\n" + block('requires-python = "new"'), 3, "cannot be read"),
        (block("nonsense"), 2, "cannot be read"),
        ("\n\n" + block("[tool.example-output]", "x"), 5, "at line 5, column"),
        (block("[tool.example-output]", "timeout = 0"), 3, "above 0"),
        (block("[tool.example-output]", 'timeout = "1"'), 3, "above 0"),
        (block("[tool.example-output]", "speed = 1"), 3, "speed is no key"),
        (block("[tool.example-output]", 'order = "any"'), 3, '"fixed" or "varies"'),
        (block("[tool.example-output.axes]", 'trio = "no"'), 1, "uvloop and eager"),
        (block("[tool.example-output.axes]", 'eager = ""'), 1, "uvloop and eager"),
        (block("[tool.example-output]", 'files = "a"'), 3, "list"),
        ("# /// script\n# dependencies = []\n", 1, "no end: add a line # ///"),
        (block("") + "\n" + block(""), 5, "two PEP 723"),
        (block("[tool.example-output]", 'files = ["none"]'), 3, "no data file"),
        (block("[tool.example-output]", 'files = ["../x"]'), 3, "no data file"),
        (block("[tool.example-output]", 'files = ["../../.."]'), 3, "no data file"),
        (block("[tool.example-output]", 'files = ["\\u0000"]'), 1, "no data file"),
        *(
            (block("[tool.example-output]", f'files = ["{name}"]'), 3, "no data file")
            for name in (
                "a" * 300,
                "ü" * 200,
                "ü" * 200 + "*",
                "a/" * 3000,
                "a/" * 300 + "*",
                "**/" * 300,
                "/etc/*",
                "itself",  # a link
            )
        ),
        (block("[tool.example-output]", f'pythonpath = ["{"a" * 300}"]'), 3, "no fold"),
        (
            block("[tool.example-output]", f'arguments = ["{"a" * 40_000}"]'),
            3,
            "is too",
        ),
    ],
)
def test_bad_metadata_names_the_line_and_the_cause(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    folder = tmp_path / "examples"
    write(folder, {"program": text})
    (tmp_path / "x").touch()
    (folder / "itself").symlink_to("itself")
    with pytest.raises(ExampleError, match=message) as error:
        check_fit(Example(folder, "program.py"), {})
    assert error.value.line == line


def test_calls_are_found_however_deep_a_program_is_nested() -> None:
    chain = "A()" + ".add(1)" * 300
    source = f"import asyncio\nasyncio.run(main())\nprint(f()(1))\n{chain}\n"
    assert find_calls(source.encode()) == ["A", "asyncio.run", "f", "main", "print"]
    # More than this Python can parse; then it is a program that fails.
    assert find_calls(b"x = " + b"1+" * 100_000 + b"1\n") == []


def test_sleeps_are_guessed_for_scheduling(tmp_path: Path) -> None:
    write(tmp_path, {"program": "sleep(1)\nawait asyncio.sleep(0.5)\nsleep(x)\n"})
    assert Example(tmp_path, "program.py").sleeps == 1.5
