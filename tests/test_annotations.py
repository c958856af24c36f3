"""Under GitHub Actions a problem is shown at the page's line and the example's."""

import re
from collections.abc import Callable

import pytest

from conftest import Project, slow


@pytest.fixture
def drifted(project: Callable[[str], Project]) -> Project:
    """The basic root, in a folder of the workspace, with one example changed."""
    basic = project("basic")
    basic.replace("examples/hello.py", '"hello"', '"salut, 100%"')
    return basic


def commands(text: str) -> list[tuple[str, str]]:
    """The place and the text of each workflow command."""
    return re.findall(r"(?m)^::error (file=[^:]*)::(.*)$", text)


def variables(project: Project) -> dict[str, str]:
    """What GitHub Actions sets."""
    workspace = str(project.folder.parent)
    return {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": workspace}


def test_build_annotates_the_page_and_the_example(
    drifted: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables(drifted).items():
        monkeypatch.setenv(name, value)
    page, example = commands(drifted.build().plain)
    assert page[0] == "file=basic/index.md,line=3,title=hello.py%3A drift"
    assert example[0] == "file=basic/examples/hello.py,line=3,title=hello.py%3A drift"
    assert "%0A-hello%0A+salut, 100%25%0A" in page[1]


@pytest.mark.parametrize("options", [[], slow(["-n", "2"])])
def test_pytest_annotates_the_example(drifted: Project, options: list[str]) -> None:
    done = drifted.pytest(*options, **variables(drifted))
    ((place, text),) = commands(done.plain)
    assert place == "file=basic/examples/hello.py,line=3,title=hello.py%3A drift"
    assert "%0A-hello%0A+salut, 100%25%0A" in text


def test_no_annotations_outside_github_actions(
    drifted: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    assert commands(drifted.build().plain) == []
    assert commands(drifted.pytest(GITHUB_ACTIONS="").plain) == []
