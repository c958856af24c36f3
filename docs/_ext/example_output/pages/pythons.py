"""What a reader who has chosen a Python sees: parts of a page that hold on some only.

A part has classes that say since and until which minor version it holds, and the script
``run/choice.js`` leaves out the others.  They are outputs, rows of tables with a
column called Python, and sentences that begin with "From Python 3.14 on" or "Up to
Python 3.13", or with their translations, to the end of their paragraph.  Without the
script, all parts are shown.
"""

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from example_output.folder import Recording
from example_output.pages.domain import ExampleDomain
from example_output.pages.words import _, marked

if TYPE_CHECKING:
    from sphinx.application import Sphinx

COLUMN = "Python"
"""The title of the column that says on which versions a row holds."""
PLACE = "example-choice"
SINCE, UNTIL = "python-since-", "python-until-"
_MINOR = r"(3\.\d+)\b"
_BEGINNINGS = {
    SINCE: marked("From Python {version}"),
    UNTIL: marked("Up to Python {version}"),
}
_RANGE = re.compile(r"(3\.\d+)(?:\.\d+)?(?: to (3\.\d+)(?:\.\d+)?)?$")


def classes_of(since: str = "", until: str = "") -> list[str]:
    """The classes of what holds on some minor versions; an empty end is open."""
    pairs = ((SINCE, since), (UNTIL, until))
    return [start + minor.replace(".", "-") for start, minor in pairs if minor]


def classes_of_recording(recording: Recording) -> list[str]:
    """The classes of what one of several recordings says."""
    since, before = recording.since, recording.before
    until = f"{before.major}.{before.minor - 1}" if before else ""
    return classes_of(str(since or ""), until)


def classes_of_cell(text: str) -> list[str]:
    """The classes of a row, from its cell: ``3.11``, or ``3.11 to 3.13.2``."""
    found = _RANGE.match(text.strip())
    return classes_of(found[1], found[2] or found[1]) if found else []


class PythonTransform(SphinxPostTransform):
    """Mark the parts of a page, and put a place for the choice under its title."""

    # After the outputs have their boxes.
    default_priority = 6

    def run(self, **_kwargs: Any) -> None:
        """Mark sentences and rows; do nothing in books, where nobody can choose."""
        domain = cast("ExampleDomain", self.env.get_domain(ExampleDomain.name))
        if not domain.is_site or not domain.evidence.reproduced.cells:
            return
        for paragraph in list(self.document.findall(nodes.paragraph)):
            mark_sentences(paragraph)
        for table in self.document.findall(nodes.table):
            _mark_rows(table)
        title = next(iter(self.document.findall(nodes.title)), None)
        if title is not None and any(map(_is_marked, self.document.findall())):
            title.parent.insert(title.parent.index(title) + 1, _choice(domain))


def _choice(domain: ExampleDomain) -> nodes.raw:
    """The place of the choice, which the script fills."""
    axes = dict(domain.gate.settings.axes)
    cells = domain.evidence.reproduced.cells
    pythons = " ".join(cell for cell in cells if cell not in axes)
    text = f'<p class="{PLACE}" data-pythons="{pythons}"></p>\n'
    return nodes.raw("", text, format="html")


def add_script(
    app: "Sphinx",
    _docname: str,
    _template: str,
    _context: dict[str, Any],
    tree: nodes.document | None,
) -> None:
    """Add the script to the pages with a choice; a connected function of Sphinx."""
    if tree and any(PLACE in raw.astext() for raw in tree.findall(nodes.raw)):
        app.add_js_file("run/choice.js", loading_method="defer")


def _is_marked(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Element) and any(
        name.startswith((SINCE, UNTIL)) for name in node["classes"]
    )


def mark_sentences(paragraph: nodes.paragraph) -> None:
    """Mark the sentences of a paragraph that hold on some versions only.

    A paragraph that begins with one is marked as a whole, and so is a list's item.
    """
    parts = list(_parts(paragraph))
    if not any(_classes_of_part(part) for part in parts):
        return
    if len(parts) == 1:
        box = paragraph.parent if _is_whole_item(paragraph) else paragraph
        box["classes"] += _classes_of_part(parts[0])
        return
    paragraph.children = []
    for part in parts:
        classes = _classes_of_part(part)
        paragraph += nodes.inline("", "", *part, classes=classes) if classes else part


def _is_whole_item(paragraph: nodes.paragraph) -> bool:
    return isinstance(paragraph.parent, nodes.list_item) and len(paragraph.parent) == 1


def _parts(paragraph: nodes.paragraph) -> Iterator[list[nodes.Node]]:
    """The runs of a paragraph's sentences; each line of the source begins one."""
    part: list[nodes.Node] = []
    for child in paragraph.children:
        if not isinstance(child, nodes.Text):
            part.append(child)
            continue
        for line in re.split(r"(?<=\n)", str(child)):
            if part and _classes_of_beginning(line):
                yield part
                part = []
            if line:
                part.append(nodes.Text(line))
    yield part


def _classes_of_part(part: list[nodes.Node]) -> list[str]:
    if not part or not isinstance(part[0], nodes.Text):
        return []
    return _classes_of_beginning(str(part[0]))


def _classes_of_beginning(text: str) -> list[str]:
    """The classes of a sentence by its beginning, in English or in our language."""
    for kind, words in _BEGINNINGS.items():
        for said in (words, _(words)):
            if found := _pattern(said).match(text):
                return [kind + found[1].replace(".", "-")]
    return []


@functools.cache
def _pattern(said: str) -> re.Pattern[str]:
    return re.compile(re.escape(said).replace(re.escape("{version}"), _MINOR))


def _mark_rows(table: nodes.table) -> None:
    head = next(iter(table.findall(nodes.thead)), None)
    titles = [cell.astext() for cell in head.findall(nodes.entry)] if head else []
    if COLUMN not in titles:
        return
    column = titles.index(COLUMN)
    for body in table.findall(nodes.tbody):
        for row in body.findall(nodes.row):
            row["classes"] += classes_of_cell(row[column].astext())
