"""``{practice-list}``: the exercises and the questions of all pages."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.errors import NoUri
from sphinx.util.docutils import SphinxDirective

from example_output.pages.catalogue import is_site
from example_output.pages.domain import ExampleDomain, Page
from example_output.pages.exercise import LEVELS
from example_output.pages.nodes import practice_box
from example_output.pages.static import address_of
from example_output.pages.words import _

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


class practice_list(nodes.General, nodes.Element):  # noqa: N801  # as docutils' own
    """A placeholder for a list, known once every page is read."""


_QUESTIONS = "questions"


class PracticeListDirective(SphinxDirective):
    """``{practice-list} [LEVEL] [questions]``: a line for each exercise, or question.

    Without LEVEL, it has those of all levels, and says which.  ``:pages:`` is what the
    names of their pages begin with.
    """

    optional_arguments = 2
    option_spec: ClassVar[dict[str, Any]] = {"pages": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Insert the placeholder."""
        domain = cast("ExampleDomain", self.env.get_domain(ExampleDomain.name))
        domain.page(self.env.docname).practice = True
        try:
            kinds = [
                directives.choice(one, (*LEVELS, _QUESTIONS)) for one in self.arguments
            ]
        except ValueError as error:
            raise self.error(str(error)) from None
        level = next((one for one in kinds if one in LEVELS), "")
        pages = self.options.get("pages", "")
        return [practice_list(questions=_QUESTIONS in kinds, level=level, pages=pages)]


def connect(app: "Sphinx") -> None:
    """Connect what the pages with such lists, exercises and questions need."""
    app.connect("doctree-read", _note_what_is_asked)
    app.connect("doctree-resolved", _fill)
    app.connect("html-page-context", _add_script)


def _add_script(
    app: "Sphinx", docname: str, _template: str, _context: dict[str, Any], _tree: object
) -> None:
    """Load what exercises and questions need, on their pages alone."""
    domain = cast("ExampleDomain", app.env.get_domain(ExampleDomain.name))
    page = domain.pages.get(docname)
    if page and (page.exercise or page.predicts):
        app.add_css_file("practice.css")
        if is_site(app):
            part: dict[str, Any] = {"data-part": address_of("answers.js")}
            app.add_js_file("practice.js", loading_method="defer", **part)


def _note_what_is_asked(app: "Sphinx", doctree: nodes.document) -> None:
    """Note what a page asks, in the language of the project."""
    domain = cast("ExampleDomain", app.env.get_domain(ExampleDomain.name))
    for box in doctree.findall(practice_box):
        page = domain.page(app.env.docname)
        if "predict" in box["classes"]:
            page.question = box["label"] = box[0].astext()
        else:
            page.task = box[1].astext()


def _fill(app: "Sphinx", doctree: nodes.document, docname: str) -> None:
    """Put lists in the place of the placeholders, in the order of the pages."""
    domain = cast("ExampleDomain", app.env.get_domain(ExampleDomain.name))
    for place in list(doctree.findall(practice_list)):
        items = [
            _item(
                app,
                docname,
                name,
                target,
                text + ("" if place["level"] else f" ({_(level)})"),
            )
            for name in _in_order(app.env, str(app.config.root_doc), [])
            if name in domain.pages and name.startswith(place["pages"])
            for target, text, level in _asked(domain.pages[name], place["questions"])
            if place["level"] in ("", level)
        ]
        found = nodes.bullet_list("", *items, classes=["practice-list"])
        place.replace_self([found] if items else [])


def _asked(page: Page, questions: bool) -> Iterator[tuple[str, str, str]]:
    """What a list has of a page: the id there, the words, and the level."""
    if questions and page.question:
        yield "predict", page.question, page.question_level
    elif page.exercise and not questions:
        yield "exercise", page.task, page.level


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
