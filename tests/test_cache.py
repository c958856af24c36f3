"""The cache of results: what changes a key, and what its folder survives."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from example_output.example import Example
from example_output.files import write_atomically
from example_output.running import describe
from example_output.running.cache import KEEP_SECONDS, Cache, digest, key_parts
from example_output.running.interpreter import Interpreter
from example_output.transcript import Transcript

BLOCK = '# /// script\n# [tool.example-output]\n# files = ["names.txt"]\n# ///\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An example that imports a module that imports another, and reads a file."""
    folder = tmp_path / "examples"
    folder.mkdir()
    (folder / "program.py").write_text(f"{BLOCK}import first\n")
    (folder / "first.py").write_text("import second\n")
    (folder / "second.py").write_text("NAME = 1\n")
    (folder / "names.txt").write_text("a\n")
    (folder / "other.py").write_text("print(1)\n")
    return folder


def key(folder: Path, interpreter: Interpreter) -> str:
    """The digest of the example as it is now."""
    return digest(key_parts(Example(folder, "program.py"), interpreter))


def append(name: str) -> Callable[[Path], None]:
    """A change to one file."""

    def change(folder: Path) -> None:
        with (folder / name).open("a") as file:
            file.write("\n# changed\n")

    return change


@pytest.mark.parametrize("name", ["program.py", "first.py", "second.py", "names.txt"])
def test_changed_input_changes_the_key(
    folder: Path, interpreter: Interpreter, name: str
) -> None:
    before = key(folder, interpreter)
    append(name)(folder)
    assert key(folder, interpreter) != before


@pytest.mark.skipif(os.name == "nt", reason="there, a mode does not say it")
def test_a_file_that_becomes_executable_changes_the_key(
    folder: Path, interpreter: Interpreter
) -> None:
    for name in ("names.txt", "program.py"):
        before = key(folder, interpreter)
        (folder / name).chmod(0o600)
        assert key(folder, interpreter) == before
        (folder / name).chmod(0o755)
        assert key(folder, interpreter) != before


def test_the_time_limit_changes_the_key_of_what_is_stopped_at_it(
    folder: Path, interpreter: Interpreter
) -> None:
    def keys() -> set[str]:
        example = Example(folder, "program.py")
        return {
            digest(key_parts(example, interpreter, timeout=limit)) for limit in (2, 4)
        }

    assert len(keys()) == 1
    ends = BLOCK.replace("files", 'ends = "timeout"\n# files')
    (folder / "program.py").write_text(f"{ends}import first\n")
    assert len(keys()) == 2


def test_the_limit_of_outputs_changes_the_key(
    folder: Path, interpreter: Interpreter
) -> None:
    example = Example(folder, "program.py")
    found = {digest(key_parts(example, interpreter, limit=limit)) for limit in (2, 4)}
    assert len(found) == 2


def test_another_folder_changes_the_key_where_the_program_can_see_it(
    folder: Path, interpreter: Interpreter
) -> None:
    found = set()
    for name in ("here", "there"):
        (folder / name).mkdir()
        program = BLOCK.replace("names.txt", "../names.txt")
        (folder / name / "program.py").write_text(program)
        example = Example(folder, f"{name}/program.py")
        found.add(digest(key_parts(example, interpreter)))
    assert len(found) == 2


def test_another_interpreter_or_package_changes_the_key(
    folder: Path, interpreter: Interpreter
) -> None:
    other = replace(
        interpreter, identity=interpreter.identity + " uvloop-1.0.dist-info"
    )
    assert key(folder, interpreter) != key(folder, other)


@pytest.mark.parametrize(
    "name", ["normalize.py", "running/process.py", "startup/sitecustomize.py"]
)
def test_changed_runner_code_changes_its_digest(tmp_path: Path, name: str) -> None:
    copy = tmp_path / "example_output"
    shutil.copytree(Path(describe.__file__).parents[1], copy)
    code = "from example_output.running.cache import _OWN_CODE; print(_OWN_CODE)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    def look() -> bytes:
        return subprocess.check_output([sys.executable, "-c", code], env=environment)

    before = look()
    with (copy / name).open("a") as file:
        file.write("# another way\n")
    assert look() != before


@pytest.mark.parametrize(
    "change",
    [
        append("other.py"),
        append("program.out"),
        lambda folder: os.utime(folder / "program.py", (1, 1)),
        lambda folder: (folder / "program.py").chmod(0o600),
    ],
    ids=["another example", "the recording", "touch", "permissions"],
)
def test_nothing_else_changes_the_key(
    folder: Path, interpreter: Interpreter, change: Callable[[Path], None]
) -> None:
    before = key(folder, interpreter)
    change(folder)
    assert key(folder, interpreter) == before


def test_another_checkout_has_the_same_keys(
    folder: Path, interpreter: Interpreter, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "elsewhere" / "examples")
    assert key(folder, interpreter) == key(
        tmp_path / "elsewhere" / "examples", interpreter
    )


def test_cached_result_is_read_back(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "not" / "there" / "yet")
    assert cache.get("a") is None
    result = Transcript("é\x00\n ", 3, "exit", 0.5)
    cache.put("a", result)
    assert cache.get("a") == result
    assert [path.name for path in cache.folder.iterdir()] == ["a.json"]


BROKEN = [b"", b"{", b"[]", b'{"no": 1}', b"\xff", b"[" * 100_000]


@pytest.mark.parametrize("content", BROKEN, ids=lambda content: content[:9])
def test_corrupt_entry_is_a_miss(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    assert Cache(tmp_path).get("a") is None


@pytest.mark.parametrize(
    "field",
    [
        {"output": None},
        {"status": "0"},
        {"ending": "none"},
        {"ending": []},
        {"seconds": "1"},
        {"timeline": 1},
        {"masked": "a"},
        {"masked": [1]},
        {"made": []},
        {"made": {"a": None}},
    ],
    ids=str,
)
def test_entry_with_another_type_is_a_miss(
    tmp_path: Path, field: dict[str, object]
) -> None:
    cache = Cache(tmp_path)
    entry = asdict(Transcript("a\n", made={"a": "YQ=="}, masked=["a"]))
    (tmp_path / "a.json").write_text(json.dumps(entry))
    assert cache.get("a")
    (tmp_path / "a.json").write_text(json.dumps({**entry, **field}))
    assert cache.get("a") is None


def test_old_entries_are_pruned_and_used_ones_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    long_ago = time.time() - KEEP_SECONDS - 100
    for name in ("used", "unused", "new"):
        cache.put(name, Transcript(""))
    for name in ("used", "unused"):
        os.utime(tmp_path / f"{name}.json", (long_ago, long_ago))
    cache.get("used")
    cache.prune()
    assert {path.stem for path in tmp_path.glob("*.json")} == {"used", "new"}
    # Not again on the same day.
    os.utime(tmp_path / "new.json", (long_ago, long_ago))
    cache.prune()
    assert (tmp_path / "new.json").is_file()


def test_concurrent_builds_keep_each_others_records(tmp_path: Path) -> None:
    one, other = Cache(tmp_path), Cache(tmp_path)
    assert one.recall("a") is other.recall("a") is None
    one.remember("a", {"example": "1"})
    other.remember("b", {"example": "2"})
    assert one.recall("a") == {"example": "1"}
    one.save()
    other.save()
    after = Cache(tmp_path)
    assert after.recall("a") == {"example": "1"}
    assert after.recall("b") == {"example": "2"}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"a": []}', b"\xff"])
def test_corrupt_records_are_ignored(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "made_of").write_bytes(content)
    assert Cache(tmp_path).recall("a") is None


def test_reader_never_sees_a_partial_file(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    texts = ["a" * 100_000, "b" * 100_000]
    write_atomically(path, texts[0])
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            for text in texts:
                write_atomically(path, text)

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    try:
        assert all(path.read_text() in texts for _ in range(200))
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert list(tmp_path.iterdir()) == [path]


def test_concurrent_writers_do_not_collide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, really_replace = tmp_path / "file.txt", os.replace

    def after_another(source: str, target: Path) -> None:
        monkeypatch.setattr(os, "replace", really_replace)
        write_atomically(path, "the other's")
        really_replace(source, target)

    monkeypatch.setattr(os, "replace", after_another)
    write_atomically(path, "mine")
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    write_atomically(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "new \ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
