"""The entry point for pytest: it adds the options, and loads the rest if needed.

Every pytest session in an environment with this package imports this module, whether
its project has examples or not.  So it imports almost nothing, and works with pytest
7.4; it imports :mod:`.pytest_examples` if ``example_output_confdir`` is set.
"""

import os
import shlex
from pathlib import Path

import pytest

from example_output import options

CONFDIR = "example_output_confdir"
# Where pytest finds its settings.
_SETTINGS = (
    *("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml"),
    *("tox.ini", "setup.cfg"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our options."""
    group = parser.getgroup("example_output", "examples and their recordings")
    group.addoption(
        options.RECORD,
        action="store_true",
        help="record the examples that are collected",
    )
    group.addoption(
        options.ACCEPT_FAILURE,
        action="store_true",
        help=f"with {options.RECORD}: also record a program that fails, for the first "
        "time",
    )
    group.addoption(
        options.TIMELINE,
        action="store_true",
        help=f"with {options.RECORD}: also record timelines of examples that have none "
        "yet",
    )
    group.addoption(
        options.PYTHON,
        action="append",
        default=[],
        metavar="VERSION",
        help=f"run the examples on this Python, or {options.PYTHON}=PATH; may be "
        "repeated",
    )
    group.addoption(
        options.MATRIX,
        action="store_true",
        help="run the examples on each installed Python of example_output_pythons, "
        "and on each axis of example_output_axes",
    )
    group.addoption(
        options.AXIS,
        action="append",
        default=[],
        metavar="NAME",
        help="run the examples on this axis of example_output_axes alone; may be "
        "repeated",
    )
    parser.addini(CONFDIR, "the folder of conf.py; examples are collected if it is set")


def pytest_configure(config: pytest.Config) -> None:
    """Read the settings, if this project has examples."""
    _check_words(config)
    if not hasattr(config, "workerinput"):  # workers of xdist have the same paths
        _warn_of_other_projects(config)
    confdir = config.getini(CONFDIR)
    if not confdir:
        if config.option.example_record:
            raise pytest.UsageError(
                f"{options.RECORD} needs {CONFDIR} in pytest's settings: the folder of "
                "conf.py; or call: python -m example_output --record"
            )
        return
    from example_output.recording.collecting import MARKER
    from example_output.recording.pytest_examples import read_project

    config.addinivalue_line("markers", f"{MARKER}: runs an example of the docs")
    folder = config.rootpath / confdir
    if not (folder / "conf.py").is_file():
        raise pytest.UsageError(
            f"{CONFDIR} = {confdir!r} in pytest's settings: there is no conf.py in "
            f"{folder}; name its folder, relative to {config.rootpath}"
        )
    config.pluginmanager.register(
        read_project(config, folder), "example_output_session"
    )


def _check_words(config: pytest.Config) -> None:
    """Refuse a path that pytest has taken for an argument, before it knew our option.

    It then reads the settings beside that path, which are those of no project or of
    another one.
    """
    given = shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))
    given += config.invocation_params.args
    for path in config.option.example_python:
        if path in given and os.path.exists(path):
            raise pytest.UsageError(
                f"{options.PYTHON} {path}: pytest looks for its settings beside a path "
                f"after a space; write {options.PYTHON}={shlex.quote(path)}"
            )


def _warn_of_other_projects(config: pytest.Config) -> None:
    """Warn of a path of another project with examples, which will not be checked.

    pytest reads the settings of one project alone: those above the first path.
    """
    known = config.inipath.parent.resolve() if config.inipath else None
    for word in config.args:
        place = config.invocation_params.dir / word.partition("::")[0]
        path = Path(os.path.realpath(place))  # also of a link that leads to itself
        if known is None or path.is_relative_to(known):
            continue
        for file in (up / name for up in (path, *path.parents) for name in _SETTINGS):
            if file.is_file() and CONFDIR in file.read_text("utf-8", "replace"):
                message = (
                    f"{word}: its examples are not checked, because pytest reads "
                    f"{config.inipath} and not {file}: call pytest once for each"
                )
                warning = pytest.PytestConfigWarning(message)
                config.issue_config_time_warning(warning, stacklevel=2)
                break
