"""``{exercise}``: a program for the reader to change, judged by what its tasks do."""

import contextlib
import html
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from example_output.example import Example
from example_output.exercise import CHECKS, Exercise, ExerciseError
from example_output.pages.directives import ExampleDirective
from example_output.pages.domain import Finder
from example_output.pages.nodes import (
    on_site,
    practice_box,
    question,
    status,
    what_if,
)
from example_output.pages.words import _, marked
from example_output.problems import Kind, Problem

if TYPE_CHECKING:
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
        asked = nodes.paragraph("", "", nodes.strong("", _("Exercise")))
        asked += nodes.Text(f" ({_(self.level)})")
        task = nodes.paragraph(self.arguments[0], "", *words)
        self.set_source_info(task)
        box = practice_box("", asked, task, classes=["exercise"], label=_("Exercise"))
        box += self.program(exercise.start)
        try:
            box += _checks(exercise)
            box += self.hints()
            solution = self.program(exercise.solution)
            why = self.parse_content_to_nodes()
            box += what_if("", question("", _("A solution")), *solution, *why)
        except ExerciseError:  # reported
            with contextlib.suppress(ExerciseError):
                self.find(exercise.solution.name)
                self.note(exercise.solution.name, timeline=True)
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
            text = nodes.paragraph(hint, "", *words)
            self.set_source_info(text)
            found.append(what_if("", asked, text))
        return found


def _checks(exercise: Exercise) -> list[nodes.Node]:
    """What must be so, as a list, and where the script says how it is."""
    mark = f"<strong>{html.escape(_('Open'))}</strong>"
    items = [
        nodes.list_item("", on_site(mark), nodes.paragraph("", check.wanted))
        for check in exercise.checks
    ]
    intro = nodes.paragraph("", "", nodes.strong("", _("It is solved when:")))
    checks = nodes.bullet_list("", *items, classes=["exercise-checks"])
    return [intro, checks, status()]
