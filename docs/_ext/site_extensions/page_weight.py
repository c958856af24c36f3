"""Pages load no script or style without use, and no comment of either."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from example_output.files import write_atomically

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# The search, its shortcuts and the marks of its words, which this site has of its own.
UNUSED = {"_static/doctools.js", "_static/sphinx_highlight.js"}
# The theme's styles for other extensions; site.css has what copy buttons need of them.
UNUSED_STYLES = {"_static/styles/furo-extensions.css"}
_SITES = {"html", "dirhtml"}
# Whoever marks a comment so wants it to be kept: it holds a licence.
_STYLE = re.compile(r"\s*/\*(?!!).*?\*/", re.DOTALL)
_SCRIPT = re.compile(r"^[ \t]*(?://.*|/\*\*(?s:(?!\*/).)*\*/)\n", re.MULTILINE)


def without_comments(name: str, text: str) -> str:
    """The text of a style sheet or of a script.

    :param name: that of its file.
    """
    pattern = _STYLE if name.endswith(".css") else _SCRIPT
    return pattern.sub("", text).lstrip("\n")


def _sources(folder: Path) -> Iterator[Path]:
    """What may be read by whoever writes it: not what is compressed already."""
    for pattern in ("*.css", "*.js", "run/*.js", "search/*.css", "search/*.js"):
        yield from sorted(folder.glob(pattern))


def _remove_comments(app: "Sphinx", exception: Exception | None) -> None:
    if exception or app.builder.name not in _SITES:
        return
    for path in _sources(Path(app.outdir, "_static")):
        text = path.read_text("utf-8")
        if (new := without_comments(path.name, text)) != text:
            write_atomically(path, new)


def _leave_unused_out(
    app: "Sphinx", _page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    if app.builder.name in _SITES:
        unused = UNUSED | UNUSED_STYLES
        for kind in ("script_files", "css_files"):
            context[kind] = [
                file
                for file in context[kind]
                if getattr(file, "filename", file) not in unused
            ]


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Register the extension."""
    app.connect("html-page-context", _leave_unused_out, priority=900)
    app.connect("build-finished", _remove_comments, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
