"""Have ``sphinx_codeautolink`` link the programs of every page that is written.

It links those whose text has changed.  A page is also written because a program on it
has changed, or a title elsewhere, and would lose its links.  There is no option for it,
so this sets an attribute of the extension, until this is fixed:
https://github.com/felix-hilden/sphinx-codeautolink/issues/181
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sphinx_codeautolink.extension import (  # type: ignore[import-untyped]
    SphinxCodeAutoLink,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


class _Written:
    """The pages that a build has written, whose programs need links."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def note(self, _app: "Sphinx", _doctree: object, docname: str) -> None:
        """Note a page that is being written."""
        self._names.add(str(Path(docname)))

    def hand_over(self, app: "Sphinx", _exception: Exception | None) -> None:
        """Make ``sphinx_codeautolink`` link all of these pages."""
        for listener in app.events.listeners["build-finished"]:
            owner = getattr(listener.handler, "__self__", None)
            if isinstance(owner, SphinxCodeAutoLink):
                owner.outdated_docs = self._names


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Tell Sphinx what we bring."""
    app.setup_extension("sphinx_codeautolink")
    written = _Written()
    app.connect("doctree-resolved", written.note)
    app.connect("build-finished", written.hand_over, priority=100)  # before the links
    return {"parallel_read_safe": True, "parallel_write_safe": True}
