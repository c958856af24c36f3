"""Pages load no unused script or style; of the others no comment and no indentation."""

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
# Their words in other languages than English, which need the first of them.
UNUSED.add("_static/translations.js")
# What sphinx-copybutton needs of this library, site.js has.
UNUSED.add("_static/clipboard.min.js")
# The theme's styles for other extensions; site.css has what copy buttons need of them.
UNUSED_STYLES = {"_static/styles/furo-extensions.css"}
_SITES = {"html", "dirhtml"}
# Whoever marks a comment so wants it to be kept: it holds a licence.
_STYLE = re.compile(r"\s*/\*(?!!).*?\*/", re.DOTALL)
_SCRIPT = re.compile(r"^[ \t]*(?://.*|/\*\*(?s:(?!\*/).)*\*/)\n", re.MULTILINE)
_INDENTATION = re.compile(r"^\s+", re.MULTILINE)


def lighter(name: str, text: str) -> str:
    """A style sheet or a script without its comments, indentation and empty lines.

    :param name: that of its file.
    """
    pattern = _STYLE if name.endswith(".css") else _SCRIPT
    return _INDENTATION.sub("", pattern.sub("", text))


def _sources(folder: Path) -> Iterator[Path]:
    """What may be read by whoever writes it: not what is compressed already."""
    for pattern in ("*.css", "*.js", "run/*.js", "search/*.css", "search/*.js"):
        yield from sorted(folder.glob(pattern))


def _lighten(app: "Sphinx", exception: Exception | None) -> None:
    if exception or app.builder.name not in _SITES:
        return
    for path in _sources(Path(app.outdir, "_static")):
        text = path.read_text("utf-8")
        if (new := lighter(path.name, text)) != text:
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
    app.connect("build-finished", _lighten, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
