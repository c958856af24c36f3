"""Have ``sphinx_codeautolink`` link the programs of every page that is written.

It links those whose text has changed.  A page is also written because a program on it
has changed, or a title elsewhere, and would lose its links.  There is no option for it,
so this calls what it calls itself, until this is fixed:
https://github.com/felix-hilden/sphinx-codeautolink/issues/181

It is given the programs of a page and not the page, which it would parse, search and
write as a whole: that took two fifths of a build.

And what it has kept of a page it takes from its cache only where the source ends in
``.rst``, so that a page in Markdown that is written but not read has no links.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.parallel import ParallelTasks, SerialTasks, make_chunks
from sphinx_codeautolink.extension import (  # type: ignore[import-untyped]
    SphinxCodeAutoLink,
)
from sphinx_codeautolink.extension.block import (  # type: ignore[import-untyped]
    BUILTIN_BLOCKS,
    link_html,
)

from example_output.files import write_atomically

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


_BETWEEN = "\n<!-- the next program -->\n"


class _Written:
    """The pages that a build has written, whose programs need links."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def note(self, _app: "Sphinx", _doctree: object, docname: str) -> None:
        """Note a page that is being written."""
        self._names.add(docname)

    def link(self, app: "Sphinx", exception: Exception | None) -> None:
        """Link the programs of all of these pages."""
        for owner in _owners(app):
            owner.outdated_docs = set()  # those that it would link itself
            if exception is None and not owner.do_nothing:
                found = owner.cache.transforms.items()
                pages = [name for name, links in found if links and name in self._names]
                chunks = make_chunks(pages, app.parallel)
                parallel = app.builder.parallel_ok and len(chunks) > 1
                tasks = ParallelTasks(app.parallel) if parallel else SerialTasks()
                for some in chunks:
                    tasks.add_task(partial(_link_all, app, owner), some)
                tasks.join()


def _link_all(app: "Sphinx", owner: SphinxCodeAutoLink, names: Iterable[str]) -> None:
    for name in names:
        _link(app, owner, name)


def _link(app: "Sphinx", owner: SphinxCodeAutoLink, name: str) -> None:
    """Link the programs of a page that is written."""
    assert isinstance(app.builder, StandaloneHTMLBuilder)  # it links in no other
    page = Path(app.builder.get_output_path(name))
    text = page.read_text("utf-8")
    program = _program(owner)
    with tempfile.TemporaryDirectory() as folder:
        # The links are relative to where the page is.
        programs = Path(folder, page.relative_to(app.outdir))
        programs.parent.mkdir(parents=True, exist_ok=True)
        programs.write_text(_BETWEEN.join(program.findall(text)), "utf-8")
        link_html(
            name,
            folder,
            owner.cache.transforms[name],
            owner.inventory,
            owner.custom_blocks,
            owner.search_css_classes,
            builder_name=app.builder.name,
            disable_link_titles=owner.disable_link_titles,
        )
        linked = iter(programs.read_text("utf-8").split(_BETWEEN))
    write_atomically(page, program.sub(lambda _: next(linked), text))


def _program(owner: SphinxCodeAutoLink) -> re.Pattern[str]:
    """Matches a block that it may link: none with an output, which it would parse."""
    languages = (*BUILTIN_BLOCKS, *owner.custom_blocks)
    classes = [f"highlight-{language}" for language in languages]
    classes += ["doctest", *owner.search_css_classes]
    one = "|".join(map(re.escape, classes))
    return re.compile(
        rf'<div class="(?:[^"]* )?(?:{one})(?: [^"]*)?">.*?</pre></div>\s*</div>',
        re.DOTALL,
    )


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
    app.connect("build-finished", written.link, priority=100)  # before its own links
    return {"parallel_read_safe": True, "parallel_write_safe": True}
