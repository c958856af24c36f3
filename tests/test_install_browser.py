"""Which browser is used, and what is announced before one is installed."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import REPOSITORY
from install_browser import (
    BROWSER,
    COMMANDS,
    FONTS,
    announcement,
    candidates,
    cure,
    find_browser,
    main,
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts")
Fake = Callable[..., Path]

# What a browser answers, one that lacks a library, and Ubuntu's hint at a snap.
STARTS = "echo Chromium 150"
LACKS = "echo 'cannot open shared object file: libnss3.so' >&2; exit 127"
HINTS = "echo 'requires the chromium snap to be installed'; exit 1"


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """Make a command; PATH holds no others."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    # Neither the browser that is there, nor one from elsewhere.
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")

    def make(name: str, script: str = STARTS) -> Path:
        path = folder / name
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        path.chmod(0o755)
        return path

    find_browser.cache_clear()
    yield make
    find_browser.cache_clear()


# -- Which one -----------------------------------------------------------------------


@posix
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_on_path_is_found(fake: Fake, command: str) -> None:
    path = fake(command)
    assert find_browser() == str(path)


@posix
def test_the_smallest_is_preferred_and_chromium_browser_is_last(fake: Fake) -> None:
    paths = {name: str(fake(name)) for name in reversed(COMMANDS)}
    found = list(candidates(os.environ, "linux"))
    assert found == [paths[name] for name in COMMANDS]
    assert Path(found[0]).name == "chromium-headless-shell"
    assert Path(found[-1]).name == "chromium-browser"


@posix
@pytest.mark.parametrize("script", [LACKS, HINTS])
def test_browser_that_does_not_start_is_skipped(fake: Fake, script: str) -> None:
    fake("chromium", script)
    assert find_browser() is None
    starts = fake("microsoft-edge")
    find_browser.cache_clear()
    assert find_browser() == str(starts)


@posix
def test_browser_path_is_used(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake("chromium")
    named = fake("mine")
    for name in ("mine", str(named)):
        monkeypatch.setenv("BROWSER_PATH", name)
        assert main([]) == 0
        assert capsys.readouterr().out == f"Browser: {named}\n"


@posix
def test_browser_path_that_does_not_start_is_reported(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake("chromium")
    monkeypatch.setenv("BROWSER_PATH", str(fake("mine", LACKS)))
    assert main([]) == 1
    said = capsys.readouterr().out
    assert "which does not start:\ncannot open shared object file: libnss3.so" in said


def test_candidates_on_macos_and_windows() -> None:
    mac = list(candidates({"PATH": "", "HOME": "/Users/me"}, "darwin"))
    assert "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" in mac
    edge = "Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"
    assert f"/Users/me/{edge}" in mac
    folders = {
        "PROGRAMFILES": r"C:\Program Files",
        "PROGRAMFILES(X86)": r"C:\Program Files (x86)",
        "LOCALAPPDATA": r"C:\Users\me\AppData\Local",
    }
    windows = list(candidates({"PATH": "", **folders}, "win32"))
    assert windows[0] == r"C:\Program Files\Google\Chrome\Application\chrome.exe"
    edge = r"Microsoft\Edge\Application\msedge.exe"
    assert rf"C:\Program Files (x86)\{edge}" in windows
    assert len(windows) == 9
    assert list(candidates({"PATH": ""}, "win32")) == []


# -- What is said --------------------------------------------------------------------

PLAN = """\
The following NEW packages will be installed:
  chromium libnss3
Need to get 103 MB of archives.
'http://a.example/c_150-1%7edeb12u1_amd64.deb' c_150_amd64.deb 101600000 SHA256:5a
'http://a.example/l_3_amd64.deb' l_3_amd64.deb 1400000 SHA256:99
"""


def test_announcement_names_packages_and_size() -> None:
    said = announcement([BROWSER, FONTS], PLAN)
    assert said.splitlines() == [
        "Installing with apt-get: chromium (a browser), fonts-liberation "
        "(a font as wide as Helvetica); 2 packages to download, 103 MB ...",
        "(BROWSER_PATH=/path/to/chrome takes one that is there instead.)",
    ]
    one = "'http://h/f.deb' f.deb 828000 SHA256:1\n"
    assert announcement([FONTS], one) == (
        "Installing with apt-get: fonts-liberation (a font as wide as Helvetica); "
        "1 package to download, 1 MB ..."
    )
    assert announcement([FONTS], "").endswith("; downloaded already ...")


@pytest.mark.parametrize(
    ("packages", "system", "apt", "words"),
    [
        ([BROWSER, FONTS], "linux", True, "sudo apt-get install chromium fonts-lib"),
        ([FONTS], "linux", True, "~/.local/share/fonts"),
        ([BROWSER], "linux", False, "what Debian calls chromium"),
        ([BROWSER], "darwin", False, "Install Chrome, Chromium or Edge"),
        ([BROWSER], "win32", False, "BROWSER_PATH=/path/to/chrome"),
    ],
)
def test_cure_for_missing_packages(
    packages: list[str], system: str, apt: bool, words: str
) -> None:
    assert words in cure(packages, system, apt=apt)


# -- Installing ----------------------------------------------------------------------

APT = """\
case "$*" in
  *--print-uris*{unknown}*) exit 100 ;;
  *--print-uris*) [ -e {lists} ] || exit 100; cat {plan} ;;
  update) touch {lists}; echo many lines of apt ;;
  install*) cp {log} {log}.then; echo many lines of apt; {then} ;;
esac
"""


@pytest.fixture
def apt(fake: Fake, tmp_path: Path) -> Callable[[str], Path]:
    """Make an apt-get that knows packages after an update; return its log."""

    def make(then: str, unknown: str = "nothing-else") -> Path:
        places = {name: tmp_path / name for name in ("lists", "plan", "log")}
        places["plan"].write_text(PLAN)
        fake("apt-get", APT.format(**places, then=then, unknown=unknown))
        fake("sudo", 'shift; exec "$@"')
        fake("fc-match", "echo Liberation Sans")
        return places["log"]

    return make


def run(log: Path, *words: str) -> int:
    """Call the script as make does, with its output in a file."""
    script = str(REPOSITORY / "docs" / "_tools" / "install_browser.py")
    with log.open("w") as file:
        done = subprocess.run([sys.executable, script, *words], stdout=file)
    return done.returncode


@posix
@pytest.mark.parametrize(
    ("unknown", "package", "what"),
    [
        ("nothing-else", "chromium-headless-shell", "browser without windows"),
        ("headless-shell", "chromium", "browser"),
    ],
)
def test_installation_is_announced_first_and_apt_is_quiet(
    fake: Fake,
    apt: Callable[..., Path],
    tmp_path: Path,
    unknown: str,
    package: str,
    what: str,
) -> None:
    ready = fake("ready")
    browser = tmp_path / "bin" / package
    log = apt(f"mv {ready} {browser}", unknown)
    assert run(log, "--fonts") == 0
    before = log.with_name("log.then").read_text("utf-8")
    assert before.splitlines() == [
        "Updating apt's lists of packages ...",
        f"Installing with apt-get: {package} (a {what}); "
        "2 packages to download, 103 MB ...",
        "(BROWSER_PATH=/path/to/chrome takes one that is there instead.)",
    ]
    assert log.read_text("utf-8") == f"{before}Browser: {browser}\n"


@pytest.mark.slow
@posix
def test_failed_apt_shows_its_output_and_the_cure(
    apt: Callable[[str], Path],
) -> None:
    log = apt("echo 'E: no space left' >&2; exit 100")
    assert run(log, "--fonts") == 1
    said = log.read_text("utf-8")
    assert "many lines of apt\nE: no space left\nThis failed: " in said
    assert "Installing by Playwright's download: a Chromium of several" in said
    assert said.endswith(f"{cure([BROWSER], sys.platform, apt=True)}\n")


@posix
def test_without_root_only_the_cure_is_printed(
    fake: Fake,
    apt: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    apt("echo never")
    fake("chromium")
    fake("sudo", "echo 'a password is required' >&2; exit 1")
    fake("fc-match", "echo DejaVu Sans")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert main(["--fonts"]) == 1
    assert capsys.readouterr().out == (
        "There is no font as wide as Helvetica.\n"
        "Install what is missing: sudo apt-get install fonts-liberation\n"
        "Without root, fonts go into ~/.local/share/fonts.\n"
    )
    assert main([]) == 0  # a PDF can be made all the same


@pytest.mark.slow
@posix
def test_no_browser_is_downloaded_if_libraries_are_missing(
    fake: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    fake("chromium", LACKS)
    fake("fc-match", "echo DejaVu Sans")
    assert main(["--fonts"]) == 1
    said = capsys.readouterr().out
    assert "Playwright" not in said
    assert "chromium does not start:\ncannot open shared object file: libnss3" in said
    assert "There is no browser and no font as wide as Helvetica.\n" in said
