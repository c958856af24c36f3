"""The pages of error messages: a box that finds an entry, and links to all others.

``docs/reference/messages.json`` says which entry answers which message; its origin is
``docs/_tools/harvest_messages.py``.
"""

import json
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from example_output.files import write_atomically

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

FILE = "reference/messages.json"
SCRIPT = "errormessages.js"
"""What the build writes: the messages, and the titles of their entries."""
_FINDER = "_static/find_messages.js"
_MARK = "paste-error"
Entry = tuple[str, str]


class paste_box(nodes.General, nodes.Element):  # noqa: N801  # as docutils' own
    """A placeholder for the box, which needs the titles of all entries."""


class other_errors(nodes.General, nodes.Element):  # noqa: N801  # as docutils' own
    """A placeholder for links to the entries of ``pages``."""


class PasteErrorDirective(SphinxDirective):
    """``{paste-error}``: a box that leads a pasted error to its entry."""

    def run(self) -> list[nodes.Node]:
        """Insert the placeholder."""
        self.env.metadata[self.env.docname][_MARK] = "yes"
        return [paste_box()]


class OtherErrorsDirective(SphinxDirective):
    """``{other-errors} PAGE ...``: links to the entries of other pages.

    Each link has the anchor of its entry, so that an address from before the entry was
    moved to its page still leads to it.
    """

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Insert the placeholder."""
        folder = self.env.docname.rpartition("/")[0]
        pages = [f"{folder}/{name}" for name in self.arguments[0].split()]
        for page in pages:
            self.env.note_dependency(str(self.env.doc2path(page, base=False)))
        return [other_errors(pages=pages)]


def entries(env: "BuildEnvironment", page: str) -> Iterator[Entry]:
    """Yield the anchor and the title of each section of a page.

    :param env: which has read the page.
    :param page: its name.
    """
    top = env.get_doctree(page).next_node(nodes.section)
    for section in top.children if top else ():
        if isinstance(section, nodes.section):
            title = section.next_node(nodes.title)
            if title is not None:
                yield section["ids"][0], title.astext()


class MessagesTransform(SphinxPostTransform):
    """Replace the placeholders, once every page is read."""

    default_priority = 5

    def run(self, **_kwargs: Any) -> None:
        """Write the box, and the links."""
        for box in list(self.document.findall(paste_box)):
            if self.app.builder.format != "html" or self.app.builder.name == "epub":
                box.parent.remove(box)
            else:
                box.replace_self(nodes.raw("", self._box(), format="html"))
        for place in list(self.document.findall(other_errors)):
            items = [
                item
                for page in place["pages"]
                for anchor, title in entries(self.env, page)
                if title != "Related" and (item := self._item(page, anchor, title))
            ]
            place.replace_self(nodes.bullet_list("", *items))

    def _item(self, page: str, anchor: str, title: str) -> nodes.list_item:
        link = nodes.reference("", title, internal=True, refuri=self._uri(page, anchor))
        return nodes.list_item("", nodes.paragraph("", "", link), ids=[anchor])

    def _uri(self, page: str, anchor: str) -> str:
        uri = self.app.builder.get_relative_uri(self.env.docname, page)
        # On its own page an entry has no address but its anchor.
        return f"#{anchor}" if page == self.env.docname else f"{uri}#{anchor}"

    def _box(self) -> str:
        uri = self.app.builder.get_target_uri(self.env.docname)
        start = posixpath.relpath(".", posixpath.dirname(uri) or ".")
        scripts = " ".join(f"{start}/{name}" for name in (SCRIPT, _FINDER))
        return f'<div class="paste-error" data-scripts="{scripts}"></div>\n'


def answered(app: "Sphinx", here: str) -> dict[str, Any]:
    """The messages that have an entry, with its address, and the titles of entries.

    :param app: whose pages have the entries.
    :param here: the page that addresses start from.
    """
    messages = [item for item in known(app.env) if "entry" in item]
    titles = {}
    for page in sorted({item["entry"].partition("#")[0] for item in messages}):
        uri = "" if page == here else app.builder.get_relative_uri(here, page)
        for anchor, title in entries(app.env, page):
            titles[f"{page}#{anchor}"] = (f"{uri}#{anchor}", title)
    found = []
    for item in messages:
        if item["entry"] not in titles:
            raise ExtensionError(f"{FILE}: no page has the entry {item['entry']}")
        found.append([item["kind"], item["text"], titles[item["entry"]][0]])
    used = {address for _, _, address in found}
    return {
        "messages": found,
        "titles": dict(pair for pair in titles.values() if pair[0] in used),
    }


def _write(app: "Sphinx", exception: Exception | None) -> None:
    """Write what the box needs, as a script: a page may be opened without a server."""
    pages = [p for p in app.env.found_docs if app.env.metadata[p].get(_MARK)]
    if exception or app.builder.name not in ("html", "dirhtml") or not pages:
        return
    data = json.dumps(answered(app, pages[0]), ensure_ascii=False)
    write_atomically(Path(app.outdir, SCRIPT), f"globalThis.errorMessages = {data};\n")


def known(env: "BuildEnvironment") -> list[dict[str, Any]]:
    """The messages that are known, and what answers them.

    :param env: that of the build.
    """
    text = Path(env.srcdir, FILE).read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(text)
    return found


def _add_script(
    app: "Sphinx",
    _page: str,
    _template: str,
    context: dict[str, Any],
    _tree: nodes.document | None,
) -> None:
    if 'class="paste-error"' in context.get("body", ""):
        app.add_js_file("paste_error.js", loading_method="defer")


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Register the extension."""
    app.add_directive("paste-error", PasteErrorDirective)
    app.add_directive("other-errors", OtherErrorsDirective)
    app.add_node(paste_box)
    app.add_node(other_errors)
    app.add_post_transform(MessagesTransform)
    app.connect("html-page-context", _add_script)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
