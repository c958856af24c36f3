"""What the pages claim in general, and what proves it: ``claims.md``, for reviewers.

A sentence is listed that speaks of all, of none, or of versions of Python.  What proves
it is a quotation of a program or of an output, or a link, in the sentence itself;
otherwise the programs that its section shows.  Sentences that have none of these come
first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

from example_output.files import write_atomically

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

FILE = "claims.md"
# Pages about the site itself, and pages that only link to others.
_OTHERS = ("about/", "authors/", "contributing", "index", "lab", "reference/examples")
_GENERAL = re.compile(
    r"\b(all|always|any|anything|as long as|cannot|each|every|everything|must|never|no"
    r"|nobody|none|nothing|only|unless|until|whatever|whenever|wherever)\b"
    r"|Python \d|\b3\.\d\d\b",
    re.IGNORECASE,
)
# Cells of tables have tests of their own.
_APART = (nodes.section, nodes.table)
_LINKS = {"Related", "Related pages"}
_QUOTES = {"example-printed", "example-written", "example-fact"}


@dataclass
class General:
    """A general sentence of a page."""

    page: str
    section: str
    sentence: str
    evidence: list[str] = field(default_factory=list)


@dataclass
class _Sentence:
    text: str = ""
    evidence: list[str] = field(default_factory=list)


def sentences(paragraph: nodes.paragraph) -> Iterator[_Sentence]:
    """Yield the sentences of a paragraph, which are its lines in the source.

    :param paragraph: of which quotations and links are the evidence.
    """
    now = _Sentence()
    for node in paragraph.children:
        if isinstance(node, nodes.Element):
            now.text += " ".join(node.astext().split())
            now.evidence += _evidence(node)
            continue
        first, *others = node.astext().split("\n")
        now.text += first
        for line in others:
            yield now
            now = _Sentence(line)
    yield now


def _evidence(node: nodes.Element) -> Iterator[str]:
    for found in node.findall(nodes.Element):
        if _QUOTES & set(found["classes"]):
            yield f"quotes `{found.astext()}`"
        elif isinstance(found, nodes.reference) and not _only_names(found):
            yield f"links to {found.get('refuri') or '#' + found.get('refid', '')}"
        elif isinstance(found, addnodes.pending_xref):
            yield f"links to {found['reftarget']}"


def _only_names(link: nodes.reference) -> bool:
    """Whether a link only leads to the documentation of the name that it shows."""
    names = all(isinstance(child, nodes.literal) for child in link.children)
    return names and "docs.python.org" in link.get("refuri", "")


def claims(doctree: nodes.document, page: str) -> Iterator[General]:
    """Yield the general sentences of a page.

    :param doctree: the page.
    :param page: its name.
    """
    for section in doctree.findall(nodes.section):
        title = section.next_node(nodes.title)
        if title and title.astext() in _LINKS:
            continue
        programs = [f"shows {name}" for name in _programs(section)]
        for paragraph in _own(section):
            for sentence in sentences(paragraph):
                if _GENERAL.search(sentence.text):
                    proofs = sentence.evidence or programs
                    heading = title.astext() if title else ""
                    yield General(page, heading, sentence.text.strip(), proofs)


def _own(parent: nodes.Element) -> Iterator[nodes.paragraph]:
    """Yield the paragraphs of a section, without its subsections and its programs."""
    for child in parent.children:
        if isinstance(child, nodes.paragraph):
            yield child
        elif (
            isinstance(child, nodes.Element)
            and not isinstance(child, _APART)
            and "example" not in child["classes"]
        ):
            yield from _own(child)


def _programs(section: nodes.section) -> Iterator[str]:
    found = [
        node["example"]
        for child in section.children
        if isinstance(child, nodes.Element) and not isinstance(child, nodes.section)
        for node in child.findall(nodes.Element)
        if node.get("example")
    ]
    yield from dict.fromkeys(found)


def listed(found: list[General]) -> str:
    """The text of the list.

    :param found: all claims.
    """
    without = [claim for claim in found if not claim.evidence]
    lines = [
        "# What the pages claim",
        "",
        f"{len(found)} sentences speak in general; {len(without)} of them have neither "
        "a quotation, a link nor a program in their section, and come first.",
    ]
    for heading, part in (("Without evidence", without), ("All", found)):
        lines += ["", f"## {heading}"]
        place = ("", "")
        for claim in part:
            if place != (claim.page, claim.section):
                place = (claim.page, claim.section)
                lines += ["", f"### {claim.page}: {claim.section}", ""]
            lines.append(f"- {claim.sentence}")
            lines += [f"  - {proof}" for proof in claim.evidence]
    return "\n".join(lines) + "\n"


def _write(app: "Sphinx", exception: Exception | None) -> None:
    if exception or app.builder.name != "html":
        return
    pages = [p for p in sorted(app.env.found_docs) if not p.startswith(_OTHERS)]
    found = [c for p in pages for c in claims(app.env.get_doctree(p), p)]
    path = Path(app.outdir, FILE)
    text = listed(found)
    if not path.is_file() or path.read_text("utf-8") != text:
        write_atomically(path, text)


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Register the extension."""
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
