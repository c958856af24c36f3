"""``{exercise}``: a program for the reader to change, judged by what its tasks do."""

import html
from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from example_output.example import Example
from example_output.exercise import CHECKS, Exercise, ExerciseError
from example_output.pages.catalogue import is_site
from example_output.pages.directives import ExampleDirective
from example_output.pages.domain import ExampleDomain, Finder
from example_output.pages.nodes import question, what_if
from example_output.pages.words import _, marked
from example_output.problems import Kind, Problem

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import OptionSpec

LEVELS = (marked("easy"), marked("medium"), marked("hard"))


def level(text: str) -> str:
    """How hard something is, from an option.

    :raises ValueError: if it is not one of the levels.
    """
    return directives.choice(text, LEVELS)


class ExerciseDirective(SphinxDirective, Finder):
    """``{exercise} The task.``: an exercise that the reader solves in the page.

    ``:example:`` is the program to begin with; its solution and its checks lie beside
    it.  ``:hints:`` has a hint on each line, and ``:level:`` says how hard it is.  The
    content is shown under the solution.
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar["OptionSpec"] = {
        "example": directives.unchanged_required,
        "hints": directives.unchanged_required,
        "level": level,
    }

    @property
    def level(self) -> str:
        """How hard it is."""
        return str(self.options.get("level", LEVELS[0]))

    def run(self) -> list[nodes.Node]:
        """Make the task, the program, the checks, the hints and the solution."""
        if "example" not in self.options:
            raise self.error("an exercise needs the option 'example'")
        start = self.find(self.options["example"].strip())
        if start is None:
            return []  # reported
        exercise = Exercise(self.domain.gate.folder, start)
        page = self.domain.page(self.env.docname)
        if page.exercise:
            cause = "its page has an exercise already"
            problem = Problem(Kind.EXERCISE, start.name, cause, cure="Keep one")
            self.note(start.name, problem)
            return []
        page.exercise, page.level = start.name, self.level
        for path in exercise.files:
            self.watch(path)
        # The page is read again when another program lies beside it.
        known = start.name.removesuffix(".py") + CHECKS
        page.states[known] = self.domain.state(known)
        for problem in exercise.problems():
            self.note(start.name, problem)
        return self.box(exercise)

    def box(self, exercise: Exercise) -> list[nodes.Node]:
        """The exercise as a page shows it."""
        words, messages = self.parse_inline(self.arguments[0])
        asked = nodes.paragraph("", "", classes=["exercise-task"])
        asked += [nodes.strong("", _("Exercise")), nodes.Text(" ")]
        asked += nodes.inline("", f"({_(self.level)})", classes=["exercise-level"])
        task = nodes.paragraph("", "", *words)
        self.domain.page(self.env.docname).task = task.astext()
        box = nodes.container("", asked, task, classes=["exercise"])
        box += self.program(exercise.start)
        try:
            box += _checks(exercise)
            box += self.hints()
            solution = self.program(exercise.solution)
            why = self.parse_content_to_nodes()
            box += what_if("", question("", _("A solution")), *solution, *why)
        except ExerciseError:
            pass  # reported
        box["ids"].append("exercise")
        self.state.document.ids.setdefault("exercise", box)
        self.set_source_info(box)
        return [box, *messages]

    def program(self, example: Example) -> list[nodes.Node]:
        """A program with its output.

        What its tasks do, the reader sees at a run: a picture of each would double the
        weight of a page.
        """
        self.find(example.name)
        self.note(example.name, timeline=True)  # the checks look at it
        return ExampleDirective(
            "example",
            [example.name],
            {},
            StringList(),
            self.lineno,
            self.content_offset,
            "",
            self.state,
            self.state_machine,
        ).run()

    def hints(self) -> list[nodes.Node]:
        """The hints, each folded."""
        lines = self.options.get("hints", "").splitlines()
        hints = list(filter(None, map(str.strip, lines)))
        found: list[nodes.Node] = []
        for number, hint in enumerate(hints, 1):
            words, _messages = self.parse_inline(hint)
            several = len(hints) > 1
            asked = question("", _("Hint {n}", n=number) if several else _("Hint"))
            found.append(what_if("", asked, nodes.paragraph("", "", *words)))
        return found


def _checks(exercise: Exercise) -> list[nodes.Node]:
    """What must be so, as a list, and the file of checks for the script."""
    items = [
        nodes.list_item("", nodes.paragraph("", check.wanted))
        for check in exercise.checks
    ]
    intro = nodes.paragraph("", _("It is solved when:"), classes=["exercise-when"])
    text = html.escape(exercise.text, quote=False)
    file = html.escape(exercise.start.name)
    names = f'class="exercise-data" data-file="{file}" hidden="hidden"'
    data = f"<pre {names}>\n{text}</pre>"
    return [
        intro,
        nodes.bullet_list("", *items, classes=["exercise-checks"]),
        nodes.raw("", data, format="html"),
    ]


def connect(app: "Sphinx") -> None:
    """Connect what the pages with exercises need."""
    app.connect("html-page-context", _add_script)


def _add_script(
    app: "Sphinx", docname: str, _template: str, _context: dict[str, Any], _tree: object
) -> None:
    """Load what an exercise needs, on its page alone."""
    domain = cast("ExampleDomain", app.env.get_domain(ExampleDomain.name))
    page = domain.pages.get(docname)
    if page and page.exercise:
        app.add_css_file("exercise.css")
        if is_site(app):
            app.add_js_file("exercise.js", loading_method="defer")
