"""All examples of a project: as a list on a page, as JSON, and as one archive."""

import contextlib
import html
import json
import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx.errors import NoUri
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from example_output.files import write_atomically
from example_output.pages.domain import ExampleDomain
from example_output.pages.strip import cells, strip_of
from example_output.pages.words import _
from example_output.transcript import RecordingError, read_recording

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder

    from example_output.example import Example
    from example_output.transcript import Transcript

JSON = "examples.json"
ARCHIVE = "examples.zip"
# The first date of the format, so that the same files give the same archive.
_DATE = (1980, 1, 1, 0, 0, 0)


class example_list(nodes.General, nodes.Element):  # noqa: N801  # as docutils' own
    """A placeholder for the list, which is known once every page is read."""


class ExampleListDirective(SphinxDirective):
    """``{example-list}``: a line for each example, with a link to where it is shown.

    A project that uses it also gets :data:`JSON` and :data:`ARCHIVE` beside its pages.
    """

    def run(self) -> list[nodes.Node]:
        """Insert the placeholders, each folder under a heading of its own."""
        domain = cast("ExampleDomain", self.env.get_domain(ExampleDomain.name))
        page = domain.page(self.env.docname)
        page.lists = domain.folders()
        found: list[nodes.Node] = [example_list(folder="")]
        for folder in filter(None, page.lists):
            title = nodes.title("", f"{folder}/")
            section = nodes.section("", title, example_list(folder=folder))
            section["names"].append(nodes.fully_normalize_name(folder))
            self.state.document.note_implicit_target(section, section)
            found.append(section)
        return found


class ListTransform(SphinxPostTransform):
    """Replace the placeholders by lists."""

    default_priority = 5

    def run(self, **_kwargs: Any) -> None:
        """Write the list of each folder."""
        domain = cast("ExampleDomain", self.env.get_domain(ExampleDomain.name))
        for place in list(self.document.findall(example_list)):
            place.replace_self(list(self._list(domain, place["folder"])))

    def _list(self, domain: ExampleDomain, folder: str) -> Iterator[nodes.Node]:
        if not folder and is_site(self.app):
            yield self._downloads()
            yield nodes.raw("", '<p class="example-filter"></p>\n', format="html")
        items = [
            self._item(domain, example, *place)
            for example in domain.gate.folder.examples.values()
            if example.name.rpartition("/")[0] == folder
            and (place := domain.place(example.name))
        ]
        if items:
            yield nodes.bullet_list("", *items, classes=["example-list"])

    def _downloads(self) -> nodes.Node:
        """Links to the files of :func:`write`."""
        here = self.app.builder.get_target_uri(self.env.docname)
        links = {
            name: posixpath.relpath(name, posixpath.dirname(here) or ".")
            for name in (ARCHIVE, JSON)
        }
        archive, data = (
            nodes.reference("", name, internal=True, refuri=uri)
            for name, uri in links.items()
        )
        return nodes.paragraph(
            "",
            "",
            nodes.Text(_("All of them as one archive: ")),
            archive,
            nodes.Text(_("; with their outputs, as data: ")),
            data,
            nodes.Text("."),
        )

    def _item(
        self, domain: ExampleDomain, example: "Example", docname: str, anchor: str
    ) -> nodes.Node:
        here = self.env.docname
        link = program_link(self.app.builder, here, example.name, docname, anchor)
        line = nodes.paragraph("", "", link)
        if text := example.title:
            line += nodes.Text(f" {text}")
        if domain.runs_in_page(example):
            line += nodes.Text(" ")
            line += nodes.inline("", _("runs in its page"), classes=["example-runs"])
        if is_site(self.app):
            # For the filter alone.
            calls = html.escape(" ".join(example.calls))
            line += nodes.raw("", f"<span hidden> {calls}</span>", format="html")
        item = nodes.list_item("", line)
        reproduced = domain.evidence.reproduced
        if reproduced.cells and reproduced.folder.recordings(example):
            item += strip_of(cells(reproduced, example, {}))[0]
        return item


def program_link(
    builder: "Builder", here: str, name: str, docname: str, anchor: str
) -> nodes.Node:
    """The file name of an example, with a link to where a page shows it.

    :param here: the page that the link is on.
    """
    file = nodes.literal("", name.rpartition("/")[2])
    if here == docname:
        return nodes.reference("", "", file, internal=True, refid=anchor)
    try:
        uri = builder.get_relative_uri(here, docname)
    except NoUri:
        return file  # a format without addresses
    if uri.startswith("#"):
        uri = ""  # all pages are one
    return nodes.reference("", "", file, internal=True, refuri=f"{uri}#{anchor}")


def is_site(app: "Sphinx") -> bool:
    """Whether readers get files beside the pages, unlike in a book."""
    return app.builder.format == "html" and app.builder.name != "epub"


def add_filter(
    app: "Sphinx",
    _docname: str,
    _template: str,
    _context: dict[str, Any],
    tree: nodes.document | None,
) -> None:
    """Add the script of the list to its page; a connected function of Sphinx."""
    lists = tree.findall(nodes.bullet_list) if tree and is_site(app) else ()
    if any("example-list" in found["classes"] for found in lists):
        app.add_js_file("example_list.js", loading_method="defer")


def entries(domain: ExampleDomain) -> list[dict[str, Any]]:
    """The content of :data:`JSON`: one object for each example that a page shows.

    ``output`` and ``status`` are those of this build's run, and ``null`` where the
    example was not run; ``pythons`` are the minor versions on which its output was
    reproduced.
    """
    found = []
    for outcome in domain.ledger.outcomes.values():
        example, run = outcome.example, outcome.run
        place = domain.place(example.name)
        if place is None or outcome.problem:
            continue
        found.append(
            {
                "file": example.name,
                "title": example.title,
                "page": place[0],
                "anchor": place[1],
                "requires_python": str(example.metadata.requires_python or ""),
                "pythons": domain.evidence.pythons(example),
                "command": example.command,
                "output": _output(domain, example, run) if run else None,
                "status": run.status if run else None,
            }
        )
    return found


def _output(domain: ExampleDomain, example: "Example", run: "Transcript") -> str:
    """What a run printed, in the recorded order where the order varies, as on pages."""
    recording = domain.gate.recording(example)
    if recording and example.metadata.varies:
        with contextlib.suppress(RecordingError):
            return read_recording(recording.read(), example.command).plain
    return run.plain


def write(domain: ExampleDomain, folder: Path) -> None:
    """Write :data:`JSON` and :data:`ARCHIVE` into a folder."""
    text = json.dumps(entries(domain), indent=1, ensure_ascii=False)
    write_atomically(folder / JSON, text + "\n")
    ledger = domain.ledger
    root = ledger.settings.folder
    outcomes = [o for o in ledger.outcomes.values() if not o.problem]
    files = {path for outcome in outcomes for path in outcome.example.files}
    temporary = folder / f".{ARCHIVE}"
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            name = f"examples/{path.relative_to(root).as_posix()}"
            info = zipfile.ZipInfo(name, _DATE)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes())
    temporary.replace(folder / ARCHIVE)
