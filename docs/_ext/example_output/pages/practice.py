"""``{practice-list}``: the exercises and the questions of all pages."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import NoUri
from sphinx.util.docutils import SphinxDirective

from example_output.pages.domain import ExampleDomain, Page
from example_output.pages.exercise import LEVELS
from example_output.pages.words import _

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


class practice_list(nodes.General, nodes.Element):  # noqa: N801  # as docutils' own
    """A placeholder for the list of one ``kind``, known once every page is read."""


def _kind(text: str) -> str:
    return directives.choice(text, ("questions", *LEVELS))


class PracticeListDirective(SphinxDirective):
    """``{practice-list} KIND``: a line for each exercise of a level, or each question.

    Without KIND, it has the exercises of all levels.  ``:pages:`` is what the names of
    their pages begin with.
    """

    optional_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"pages": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Insert the placeholder."""
        domain = cast("ExampleDomain", self.env.get_domain(ExampleDomain.name))
        domain.page(self.env.docname).practice = True
        kind = _kind(self.arguments[0]) if self.arguments else ""
        return [practice_list(kind=kind, pages=self.options.get("pages", ""))]


def connect(app: "Sphinx") -> None:
    """Connect what the pages with such lists need."""
    app.connect("doctree-resolved", _fill)


def _fill(app: "Sphinx", doctree: nodes.document, docname: str) -> None:
    """Put lists in the place of the placeholders, in the order of the pages."""
    domain = cast("ExampleDomain", app.env.get_domain(ExampleDomain.name))
    for place in list(doctree.findall(practice_list)):
        items = [
            _item(app, docname, name, target, text)
            for name in _in_order(app.env, str(app.config.root_doc), [])
            if name in domain.pages and name.startswith(place["pages"])
            for target, text in _asked(domain.pages[name], place["kind"])
        ]
        found = nodes.bullet_list("", *items, classes=["practice-list"])
        place.replace_self([found] if items else [])


def _asked(page: Page, kind: str) -> Iterator[tuple[str, str]]:
    """What a list has of a page: the id there, and the words."""
    if kind == "questions":
        if page.question:
            yield "predict", page.question
    elif page.exercise and kind in ("", page.level):
        yield "exercise", page.task + ("" if kind else f" ({_(page.level)})")


def _item(
    app: "Sphinx", here: str, name: str, target: str, text: str
) -> nodes.list_item:
    """A line with a link to a page, which the script ticks if it is solved.

    :param here: the page that the list is on.
    """
    title = nodes.inline("", app.env.titles[name].astext())
    line = nodes.paragraph()
    try:
        uri = app.builder.get_relative_uri(here, name)
    except NoUri:
        line += title  # a format without addresses
    else:
        line += nodes.reference("", "", title, internal=True, refuri=f"{uri}#{target}")
    line += nodes.Text(f": {text}")
    return nodes.list_item("", line)


def _in_order(env: "BuildEnvironment", name: str, seen: list[str]) -> list[str]:
    """The pages in the order of the tables of contents."""
    if name not in seen:
        seen.append(name)
        for child in env.toctree_includes.get(name, ()):
            _in_order(env, child, seen)
    return seen
