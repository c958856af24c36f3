"""Have ``sphinx_codeautolink`` link the programs of every page that is written.

It links those whose text has changed.  A page is also written because a program on it
has changed, or a title elsewhere, and would lose its links.  There is no option for it,
so this sets an attribute of the extension, until this is fixed:
https://github.com/felix-hilden/sphinx-codeautolink/issues/181

And what it has kept of a page it takes from its cache only where the source ends in
``.rst``, so that a page in Markdown that is written but not read has no links.
"""

from collections.abc import Iterable, Iterator
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
        for owner in _owners(app):
            owner.outdated_docs = self._names


class _Sources:
    """Where the source of a page is, for whoever asks for ``PAGE.rst``."""

    def __init__(self, folder: Path, suffixes: Iterable[str]) -> None:
        self._folder = folder
        self._suffixes = tuple(suffixes)

    def __truediv__(self, name: str) -> Path:
        page = name.removesuffix(".rst")
        paths = [self._folder / f"{page}{suffix}" for suffix in self._suffixes]
        return next((path for path in paths if path.exists()), self._folder / name)


def _read_all(app: "Sphinx") -> None:
    """Have it read again what it has kept of all pages."""
    for owner in _owners(app):
        if owner.cache:
            owner.cache.src_dir = _Sources(Path(app.srcdir), app.config.source_suffix)
            owner.cache.read()


def _owners(app: "Sphinx") -> Iterator[SphinxCodeAutoLink]:
    for listener in app.events.listeners["build-finished"]:
        owner = getattr(listener.handler, "__self__", None)
        if isinstance(owner, SphinxCodeAutoLink):
            yield owner


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Tell Sphinx what we bring."""
    app.setup_extension("sphinx_codeautolink")
    written = _Written()
    app.connect("builder-inited", _read_all, priority=900)  # after it has read
    app.connect("doctree-resolved", written.note)
    app.connect("build-finished", written.hand_over, priority=100)  # before the links
    return {"parallel_read_safe": True, "parallel_write_safe": True}
