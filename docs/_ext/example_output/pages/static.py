"""The scripts and the style sheets beside the pages."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder

FOLDER = Path(__file__).parents[1] / "static"
_RUN = "choice text python artist panel lines picture program share buttons lab judge"


def add_static(app: "Sphinx") -> None:
    """Add what each page needs."""
    app.connect("write-started", _have_copied)
    app.add_css_file("example_output.css")
    app.add_js_file("example_output.js")
    app.add_js_file("example_timeline.js", loading_method="defer")


def _have_copied(app: "Sphinx", _builder: "Builder") -> None:
    """Have our files copied, once Sphinx has kept the options of the project.

    Otherwise it would say at the next build that they have changed.
    """
    app.config.html_static_path = [*app.config.html_static_path, str(FOLDER)]


def address_of(name: str) -> str:
    """The address of a script that another one loads.

    As Sphinx does, it names the content, so that no browser mixes two versions.
    """
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
    return f"{name}?v={digest[:8]}"


def parts_of_run() -> Iterator[str]:
    """The addresses of the scripts that ``example_run.js`` loads, in their order."""
    return (address_of(f"run/{name}.js") for name in _RUN.split())
