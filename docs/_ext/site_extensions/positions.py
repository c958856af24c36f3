"""Each page says where it is: ``Tutorial · 4 of 10`` over its heading."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# Only these pages are read one after the other.
_NUMBERED = "Tutorial"


def positions(root: nodes.document) -> Iterator[tuple[str, str]]:
    """Yield each page of the table of contents, and where it is.

    :param root: the page with the table of contents.
    """
    for tree in root.findall(addnodes.toctree):
        caption, pages = tree["caption"], tree["includefiles"]
        for number, page in enumerate(pages, 1):
            last = f" \N{MIDDLE DOT} {number} of {len(pages)}"
            yield page, f"{caption or ''}{last if caption == _NUMBERED else ''}"


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Register the extension."""
    found: dict[str, str] = {}

    def find(app: "Sphinx", _env: object) -> None:
        found.update(positions(app.env.get_doctree(app.config.root_doc)))

    def extend(
        _app: object, page: str, _name: str, context: dict[str, Any], _tree: object
    ) -> None:
        context["position"] = found.get(page, "")

    app.connect("env-updated", find)
    app.connect("html-page-context", extend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
