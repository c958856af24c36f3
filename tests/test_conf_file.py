"""Reading a conf.py in a separate process: settings, faults, no side effects."""

import logging
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from example_output import conf_file
from example_output.conf_file import UnreadableError, guess_folder, read_settings
from example_output.settings import SettingsError


@pytest.fixture
def confdir(tmp_path: Path) -> Path:
    """The folder of a conf.py, with an examples folder."""
    (tmp_path / "examples").mkdir()
    return tmp_path


def write(confdir: Path, text: str) -> Path:
    """Write the conf.py."""
    path = confdir / "conf.py"
    path.write_text(text, "utf-8")
    return path


def test_settings_are_read(confdir: Path) -> None:
    (confdir / "näher").mkdir()
    write(
        confdir,
        "import pathlib\n"
        "extensions = [object()]\n"
        "example_output_dir = pathlib.Path(__file__).with_name('näher').name\n"
        "example_output_timeout = 3\n"
        "example_output_pythons = ('3.12', '3.13')\n"
        "example_output_fast_start = False\n"
        "example_output_else = object()\n",
    )
    settings = read_settings(confdir)
    assert settings.folder == confdir / "näher"
    assert settings.timeout == 3.0
    assert settings.pythons == ("3.12", "3.13")
    assert settings.fast_start is False


def test_packages_of_an_axis_are_found_from_any_folder(
    confdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A program runs in a folder of its own, and is told where they are.
    monkeypatch.chdir(confdir)
    write(confdir, "example_output_matrix = '.matrix'\n")
    assert read_settings(Path()).matrix == confdir / ".matrix"


def test_conf_runs_in_its_folder_with_tags(confdir: Path) -> None:
    write(
        confdir,
        "import os\n"
        "tags.add('a')\ntags.remove('b')\n"
        "assert tags.has('a') and 'a' in tags and not tags.has('b')\n"
        "assert tags.eval_condition('a and not b')\n"
        "assert os.getcwd() == os.path.dirname(__file__)\n"
        "example_output_limit = 7\n",
    )
    assert read_settings(confdir).limit == 7


def test_value_of_the_wrong_type_is_reported(confdir: Path) -> None:
    write(confdir, "import pathlib\nexample_output_dir = pathlib.PurePosixPath('a')\n")
    with pytest.raises(SettingsError, match=r"dir = PurePosixPath\('a'\) is not of"):
        read_settings(confdir)


TRACES = """\
import logging, os, sys, threading, warnings

sys.path.insert(0, "/somewhere")
sys.path_importer_cache.clear()
os.environ["LEFT_BEHIND"] = "yes"
os.environ.pop("PATH", None)
os.chdir("/")
os.umask(0o777)
warnings.simplefilter("ignore")
logging.basicConfig(level=1, force=True)
sys.modules["left_behind"] = sys
import wave
print("on one stream")
print("on the other", file=sys.stderr)
example_output_limit = 7
"""


def test_conf_does_not_affect_the_calling_process(
    confdir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write(confdir, TRACES)

    def state() -> list[object]:
        umask = os.umask(0o22)
        os.umask(umask)
        return [
            list(sys.path),
            dict(os.environ),
            Path.cwd(),
            umask,
            list(warnings.filters),
            (logging.root.level, list(logging.root.handlers)),
            set(sys.modules),
        ]

    before = state()
    assert read_settings(confdir).limit == 7
    assert state() == before
    assert capfd.readouterr() == ("", "")


FAULTS = {
    "a package that is missing": (
        "import os\nimport no_such_theme.sub\n",
        "ModuleNotFoundError: No module named 'no_such_theme'\n",
        "at {}:2\nInstall the package of no_such_theme for ",
    ),
    "an exception": (
        "x = 1\n\ndef f():\n    return x / 0\n\nf()\n",
        "ZeroDivisionError: division by zero\n",
        "at {}:4\nFix conf.py",
    ),
    "an end": (
        "import sys\nprint('sphinx.io is down')\nsys.exit('no docs here')\n",
        "it calls sys.exit('no docs here')\n    sphinx.io is down\n",
        "at {}:3\nFix conf.py",
    ),
    "a hard end": (
        "import os, sys\nprint('so far', flush=True)\nos._exit(3)\n",
        "it ended Python with exit status 3\n    so far\n",
        "at {}:1\n",
    ),
    "a syntax error": (
        "x = 1\ny = (\n",
        "SyntaxError: '(' was never closed (conf.py, line 2)\n",
        "at {}:2\nFix conf.py",
    ),
    "a fault in another file": (
        "import os, sys\nsys.path.insert(0, os.getcwd())\nimport beside\n",
        "KeyError: 'gone'\n",
        "at {}:3, from {}/beside.py:2\n",
    ),
    "no file": (None, "FileNotFoundError: ", "at {}:1\n"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_reported_with_its_place_and_the_cure(
    confdir: Path, fault: str
) -> None:
    text, cause, end = FAULTS[fault]
    (confdir / "beside.py").write_text("gone = {}\ngone['gone']\n")
    if text is not None:
        write(confdir, text)
    with pytest.raises(UnreadableError) as caught:
        read_settings(confdir)
    told = str(caught.value)
    shown = (confdir / "conf.py").as_posix()
    assert told.startswith(f"{shown}: the settings of the examples cannot be read: ")
    assert cause in told
    assert end.format(shown, confdir.as_posix()) in told
    assert "Traceback" not in told


def test_endless_conf_is_stopped(
    confdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conf_file, "_TIMEOUT", 1)
    write(confdir, "while True: pass\n")
    with pytest.raises(UnreadableError, match="it was still running after 1 s"):
        read_settings(confdir)


def test_process_left_running_by_conf_is_not_awaited(confdir: Path) -> None:
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    write(
        confdir,
        f"import subprocess\nstarted = subprocess.Popen({sleep})\n"
        "with open('pid', 'w') as file: file.write(str(started.pid))\n"
        "example_output_limit = 7\n",
    )
    assert read_settings(confdir).limit == 7
    os.kill(int((confdir / "pid").read_text()), 9)


def test_conf_is_read_without_importing_sphinx(confdir: Path) -> None:
    write(confdir, "import sys\nexample_output_cure = ' '.join(sys.modules)\n")
    loaded = read_settings(confdir).cure.split()
    assert "json" in loaded
    assert {"sphinx", "docutils", "packaging", "findpython"} & set(loaded) == set()


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("import gone\n", "examples"),
        ("import gone\nexample_output_dir = 'other'  # not the default\n", "other"),
        ('example_output_dir="other"\ny = (\n', "other"),
        ("import gone\nexample_output_dir = gone.folder\n", None),
        ("import gone\nexample_output_dir = 'nowhere'\n", None),
    ],
)
def test_examples_folder_is_guessed_from_a_plain_assignment(
    confdir: Path, text: str, folder: str | None
) -> None:
    (confdir / "other").mkdir()
    wanted = confdir / folder if folder else None
    assert guess_folder(write(confdir, text)) == wanted


@pytest.mark.parametrize("options", [[], ["--why", "a.py"]])
@pytest.mark.parametrize("text", ["import no_such_theme\n", "raise SystemExit(0)\n"])
def test_command_reports_a_broken_conf(
    confdir: Path, options: list[str], text: str
) -> None:
    write(confdir, text)
    words = [sys.executable, "-m", "example_output", *options, ".", "_build"]
    done = subprocess.run(words, cwd=confdir, capture_output=True, text=True)
    assert done.returncode != 0
    assert re.search("no_such_theme|sys.exit", done.stderr)
    assert " __main__.py" not in done.stderr
