"""What the search box searches: ``searchsections.js``, a list of all sections.

A page is divided at its headings, so that a result leads to the heading that answers.
The list is a script, since pages that are opened as files can fetch nothing else.

Front matter declares the names that a page is about, and a search for such a name lists
that page first::

    names: [asyncio.create_task, create_task]
"""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging

from example_output.files import write_atomically
from example_output.pages.nodes import permalink, run_controls, timeline_picture
from site_extensions.metadata import own_description

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

FILE = "searchsections.js"
_HEAD, _TAIL = "globalThis.searchSections = ", ";\n"

# Controls and pictures; raw nodes are programs that are on the page already, or charts.
_SILENT = (nodes.raw, nodes.title, permalink, run_controls, timeline_picture)
# The bars over programs and outputs, and what tasks did, told step by step.
_SILENT_CLASSES = {"example-bar", "example-timeline"}
# Sections that only link to other pages.
_LINKS = {"Related", "Related pages", "Messages on other pages"}

_log = logging.getLogger(__name__)


def sections(doctree: nodes.document) -> Iterator[dict[str, str]]:
    """Yield the sections of a page: anchor, heading, prose, and programs with outputs.

    The first section has no anchor: it is the page as a whole.
    """
    for number, section in enumerate(doctree.findall(nodes.section)):
        prose: list[str] = []
        code: list[str] = []
        for block in _blocks(section):
            target = code if isinstance(block, nodes.literal_block) else prose
            target.append(block.astext())
        title = section.next_node(nodes.title)
        if title and title.astext() in _LINKS:
            continue
        yield {
            "id": section["ids"][0] if number else "",
            "title": " ".join(title.astext().split()) if title else "",
            "text": "\n".join(" ".join(text.split()) for text in prose if text.strip()),
            "code": "\n".join(code),
        }


def _blocks(parent: nodes.Element) -> Iterator[nodes.TextElement]:
    """Yield the blocks of text in a section, without its subsections."""
    for child in parent.children:
        if not isinstance(child, nodes.Element) or isinstance(child, _SILENT):
            continue
        if _SILENT_CLASSES & set(child["classes"]) or isinstance(child, nodes.section):
            continue
        if isinstance(child, nodes.TextElement):
            yield child
        else:
            yield from _blocks(child)


class SearchIndex:
    """The pages of the site, as the search box knows them."""

    def __init__(self) -> None:
        self._pages: dict[str, dict[str, Any]] = {}

    def load(self, app: "Sphinx") -> None:
        """Read what the last build has written; its pages may be kept."""
        path = Path(app.outdir, FILE)
        if path.is_file():
            text = path.read_text("utf-8").removeprefix(_HEAD).removesuffix(_TAIL)
            self._pages = {page["name"]: page for page in json.loads(text)}

    def missing(self, app: "Sphinx", env: "BuildEnvironment") -> list[str]:
        """The pages that must be written although nothing in them has changed."""
        return sorted(env.found_docs - self._pages.keys()) if _applies(app) else []

    def add(self, app: "Sphinx", doctree: nodes.document, name: str) -> None:
        """Add a page that is being written, and check the names that it declares."""
        if not _applies(app):
            return
        parts = list(sections(doctree))
        names = declared(app.env, name)
        for one in names:
            mention = re.compile(rf"(?<!\w){re.escape(one)}(?!\w)")
            if not any(mention.search(" ".join(part.values())) for part in parts):
                _warn(app.env, name, one, "is declared and not mentioned on the page")
        weights = app.config.search_weights
        self._pages[name] = {
            "name": name,
            "url": app.builder.get_target_uri(name),
            "names": names,
            "about": own_description(doctree),
            "weight": next((w for p, w in weights.items() if fnmatch(name, p)), 1),
            "sections": parts,
        }

    def write(self, app: "Sphinx", exception: Exception | None) -> None:
        """Write the pages that there are, unless the file has them already."""
        if exception or not _applies(app):
            return
        pages = [self._pages[n] for n in sorted(self._pages) if n in app.env.found_docs]
        text = _HEAD + json.dumps(pages, ensure_ascii=False) + _TAIL
        path = Path(app.outdir, FILE)
        if not path.is_file() or path.read_text("utf-8") != text:
            write_atomically(path, text)


def _applies(app: "Sphinx") -> bool:
    return app.builder.format == "html" and app.builder.name != "epub"


def declared(env: "BuildEnvironment", name: str) -> list[str]:
    """The names that a page declares in its front matter."""
    value = env.metadata[name].get("names", "[]")
    # MyST-Parser writes what is not a text as JSON.
    found = json.loads(value) if isinstance(value, str) and value[:1] == "[" else value
    return list(map(str, found)) if isinstance(found, list) else [str(found)]


def check_names(_app: "Sphinx", env: "BuildEnvironment") -> None:
    """Warn of each name that two pages declare."""
    owner: dict[str, str] = {}
    for page in sorted(env.found_docs):
        for name in declared(env, page):
            first = owner.setdefault(name.lower(), page)
            if first != page:
                other = env.doc2path(first, base=False)
                _warn(env, page, name, f"is declared by {other} too; keep one of them")


def _warn(env: "BuildEnvironment", page: str, name: str, words: str) -> None:
    path = Path(env.doc2path(page))
    mention = re.compile(rf"(?<![\w.]){re.escape(name)}(?![\w.])")
    lines = path.read_text("utf-8").splitlines()
    line = next((n for n, text in enumerate(lines, 1) if mention.search(text)), 1)
    message = "the name %r %s"
    _log.warning(
        message, name, words, location=f"{path}:{line}", type="search", subtype="names"
    )


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Register the extension."""
    index = SearchIndex()
    app.add_config_value("search_weights", {}, "html", dict)
    app.connect("builder-inited", index.load)
    app.connect("env-updated", index.missing)
    app.connect("env-check-consistency", check_names)
    app.connect("doctree-resolved", index.add, priority=900)  # outputs are in place
    app.connect("build-finished", index.write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
