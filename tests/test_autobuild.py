"""Under sphinx-autobuild one save is one build, also when the example fails."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import Project

pytestmark = pytest.mark.slow

PATIENCE = 120  # seconds
QUIET = 4  # seconds in which no build begins: a loop of rebuilds has no such pause


class Autobuild:
    """A running sphinx-autobuild, and its output."""

    def __init__(self, root: Project, log: Path) -> None:
        self._log = log
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        command = [sys.executable, "-u", "-m", "sphinx_autobuild", "--port"]
        command += [str(self._port), "--watch", "examples", ".", "_build/html"]
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                cwd=root.folder,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def endings(self) -> list[str]:
        """How each build so far has ended."""
        text = re.sub(r"\x1b\[[0-9;]*m", "", self._log.read_text("utf-8"))
        return re.findall(r"build (succeeded|finished with problems)", text)

    def rebuilds(self) -> int:
        """How many builds have begun after the first one."""
        return self._log.read_text("utf-8").count("Detected changes")

    def is_watching(self) -> bool:
        """Whether it would notice a save.

        It says so before it has started its server, and watches from then on.
        """
        said = "Waiting to detect changes" in self._log.read_text("utf-8")
        with socket.socket() as client:
            return said and client.connect_ex(("127.0.0.1", self._port)) == 0

    def wait_for(self, builds: int) -> str:
        """Wait for exactly that many builds; return how the last one ended."""
        deadline = time.monotonic() + PATIENCE
        while len(self.endings()) < builds or not self.is_watching():
            assert time.monotonic() < deadline, self._log.read_text("utf-8")
            time.sleep(0.2)
        time.sleep(QUIET)
        assert self.rebuilds() + 1 == builds
        return self.endings()[builds - 1]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


@pytest.fixture
def autobuild(
    project: Callable[[str], Project], tmp_path: Path
) -> Iterator[tuple[Project, Autobuild]]:
    """A project under sphinx-autobuild."""
    root = project("basic")
    watcher = Autobuild(root, tmp_path / "autobuild.log")
    try:
        yield root, watcher
    finally:
        watcher.stop()


def test_one_save_triggers_one_build(autobuild: tuple[Project, Autobuild]) -> None:
    root, watcher = autobuild
    assert watcher.wait_for(1) == "succeeded"
    root.replace("examples/hello.py", '"hello"', '"salut"')
    assert watcher.wait_for(2) == "finished with problems"
    root.replace("examples/hello.py", '"salut"', '"hello"')
    assert watcher.wait_for(3) == "succeeded"
