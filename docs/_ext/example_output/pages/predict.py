"""``{predict}``: a question about a program, answered by its recordings."""

import html
from string import ascii_uppercase
from typing import TYPE_CHECKING, ClassVar, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from example_output.example import Example
from example_output.folder import TIMELINE
from example_output.pages import questions
from example_output.pages.catalogue import program_link
from example_output.pages.domain import ExampleDomain, Finder
from example_output.pages.exercise import LEVELS, level
from example_output.pages.nodes import (
    on_site,
    practice_box,
    question,
    status,
    what_if,
)
from example_output.pages.questions import Choice, QuestionError
from example_output.pages.words import _
from example_output.problems import Kind, Problem
from example_output.timeline.events import Event, UnfitError
from example_output.timeline.recorded import TimelineError, read_timeline
from example_output.transcript import RecordingError, Transcript, read_recording

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import OptionSpec

_KINDS = ("order", "choose", "raises", "last")


class program_name(nodes.Inline, nodes.Element):  # noqa: N801  # as docutils' own
    """A placeholder for the name of ``example``, with a link to where it is shown."""


class PredictDirective(SphinxDirective, Finder):
    """``{predict} Question?``: a question that a reader can answer.

    One option says what is asked of which example: ``:order:`` to put the lines of its
    output in order; ``:choose:`` which output is its own, among those of the examples
    of ``:others:``; ``:raises:`` which line raises its error, and ``:last:`` which line
    is reached last, among the lines that contain the texts of ``:lines:``, one text per
    line.  ``:level:`` says how hard it is, in lists alone.  The content is shown with
    the answer, and says why.
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar["OptionSpec"] = {
        **dict.fromkeys(_KINDS, directives.unchanged_required),
        "others": directives.unchanged_required,
        "lines": directives.unchanged_required,
        "level": level,
    }

    def run(self) -> list[nodes.Node]:
        """Make the question with its choices, and the answer under it."""
        kinds = [kind for kind in _KINDS if kind in self.options]
        if len(kinds) != 1:
            raise self.error(f"a question needs one of the options {_KINDS}")
        found = self.find(self.options[kinds[0]].strip(), shown=False)
        if found is None:
            return []  # reported
        try:
            choices, answer = self.ask(kinds[0], found)
        except (QuestionError, RecordingError, TimelineError, UnfitError) as error:
            cure = getattr(error, "cure", "Ask about another example")
            cause = f"it cannot be asked for its {kinds[0]!r}: {error}"
            problem = Problem(Kind.PREDICT, found.name, cause, cure=cure)
            self.note(found.name, problem, shown=False)
            return []
        names = [found.name, *self.options.get("others", "").split()]
        self.domain.page(self.env.docname).predicts = names
        return self.box(kinds[0], choices, answer)

    def ask(self, kind: str, example: Example) -> tuple[nodes.Element, nodes.Element]:
        """The choices of a question, and its answer."""
        if self.domain.page(self.env.docname).predicts:
            raise QuestionError("its page has a question already", "Keep one")
        if kind == "order":
            varies = example.metadata.varies
            lines = questions.order(self.outputs(example), varies=varies)
            return _lines(questions.mixed(lines)), _block("\n".join(lines))
        if kind == "choose":
            choices = self.choose(example)
            shown = [_item(_block(one.text or _("(no output)"))) for one in choices]
            return _lettered(shown, "predict-choices"), _verdicts(choices)
        source = example.source.decode("utf-8", "replace")
        texts = list(filter(None, map(str.strip, self.option("lines").splitlines())))
        if kind == "raises":
            recorded, file = self.outputs(example), example.path.name
            choices = questions.raises(source, texts, recorded, file)
        else:
            choices = questions.last(source, texts, self.timelines(example))
        shown = [_item(_line(one.text)) for one in choices]
        return _lettered(shown, "predict-choices"), _verdicts(choices)

    def choose(self, example: Example) -> list[Choice]:
        """The outputs to choose from."""
        others = [self.find(n, shown=False) for n in self.option("others").split()]
        examples = [example, *filter(None, others)]
        return questions.choose(
            example.name,
            {one.name: self.outputs(one) for one in examples},
            [one.name for one in examples if one.metadata.varies],
        )

    def option(self, name: str) -> str:
        """An option that this kind of question needs."""
        if name not in self.options:
            raise QuestionError(f"the option {name!r} is missing", "Add it")
        return str(self.options[name])

    def outputs(self, example: Example) -> list[Transcript]:
        """Its recorded outputs, one for each range of Pythons."""
        recordings = self.domain.gate.folder.recordings(example)
        return [read_recording(one.read(), example.command) for one in recordings]

    def timelines(self, example: Example) -> list[list[Event]]:
        """Its recorded timelines, one for each range of Pythons."""
        recordings = self.domain.gate.folder.recordings(example, TIMELINE)
        return [read_timeline(one.read()) for one in recordings]

    def box(
        self, kind: str, choices: nodes.Element, answer: nodes.Element
    ) -> list[nodes.Node]:
        """The question as a page shows it."""
        words, messages = self.parse_inline(self.arguments[0])
        # Marked, so that gettext has its text, and Sphinx its translation.
        text = nodes.strong(self.arguments[0], "", *words, translatable=True)
        self.set_source_info(text)
        asked = nodes.paragraph("", "", text)
        page = self.domain.page(self.env.docname)
        page.question_level = self.options.get("level", LEVELS[0])
        folded = what_if("", question("", _("The answer")), answer)
        if self.content:
            why = self.parse_content_to_nodes()
            folded += nodes.container("", *why, classes=["predict-why"])
        form = "order" if kind == "order" else "choose"
        classes = ["predict", f"predict-{form}"]
        buttons = _movers(choices) if form == "order" else _choosers(choices)
        content = [asked, choices, *buttons, status(), folded]
        box = practice_box("", *content, classes=classes)
        box["ids"].append("predict")
        self.state.document.ids.setdefault("predict", box)
        self.set_source_info(box)
        return [box, *messages]


def _line(text: str) -> nodes.Element:
    code = nodes.literal("", text, classes=["predict-line"])
    return nodes.paragraph("", "", code)


def _block(text: str) -> nodes.Element:
    return nodes.literal_block(
        text, text, language="none", classes=["example-text", "predict-output"]
    )


def _item(*content: nodes.Node, right: bool = False) -> nodes.list_item:
    classes = ["predict-right"] if right else []
    return nodes.list_item("", *content, classes=classes)


def _lines(lines: list[str]) -> nodes.Element:
    items = [_item(_line(line)) for line in lines]
    return nodes.bullet_list("", *items, classes=["predict-choices"])


def _lettered(items: list[nodes.list_item], name: str) -> nodes.Element:
    letters = {"enumtype": "upperalpha", "prefix": "", "suffix": "."}
    return nodes.enumerated_list("", *items, classes=[name], **letters)


def _buttons(*buttons: str, tag: str = "span") -> nodes.Element:
    """Buttons, which look like those of a program."""
    return on_site(f'<{tag} class="example-actions">{" ".join(buttons)}</{tag}>')


def _choosers(choices: nodes.Element) -> list[nodes.Node]:
    """Give each item a button that chooses it."""
    for place, item in enumerate(choices.findall(nodes.list_item)):
        words = html.escape(_("Choose {letter}", letter=ascii_uppercase[place]))
        button = f'<button type="button" aria-pressed="false">{words}</button>'
        item.append(_buttons(button))
    return []


def _movers(choices: nodes.Element) -> list[nodes.Node]:
    """Give each item two buttons that move it, and return the one that checks."""
    last = len(choices) - 1
    for place, item in enumerate(choices.findall(nodes.list_item)):
        text = item.astext()
        up = _mover("↑", _("Move up: {text}", text=text), place == 0)
        down = _mover("↓", _("Move down: {text}", text=text), place == last)
        item.insert(0, _buttons(up, down))
    words = html.escape(_("Check"))
    return [_buttons(f'<button type="button">{words}</button>', tag="p")]


def _mover(sign: str, label: str, is_idle: bool) -> str:
    label = html.escape(label)
    # Not disabled: that would take the focus away.
    idle = ' aria-disabled="true"' * is_idle
    return f'<button type="button" aria-label="{label}"{idle}>{sign}</button>'


def _verdicts(choices: list[Choice]) -> nodes.Element:
    """What is said of each choice, in their order."""
    items = []
    for one in choices:
        said = nodes.paragraph()
        if one.right:
            said += nodes.strong("", _("The answer: "), classes=["predict-mark"])
        if one.program:
            said += program_name(example=one.program)
        said += nodes.Text(one.verdict)
        items.append(_item(said, right=one.right))
    return _lettered(items, "predict-verdicts")


def connect(app: "Sphinx") -> None:
    """Connect what the pages with questions need."""
    app.connect("doctree-resolved", _link_programs)


def _link_programs(app: "Sphinx", doctree: nodes.document, docname: str) -> None:
    """Put links in the place of the names of programs, once all places are known."""
    domain = cast("ExampleDomain", app.env.get_domain(ExampleDomain.name))
    for place in list(doctree.findall(program_name)):
        name = place["example"]
        found = domain.place(name)
        if found:
            link = program_link(app.builder, docname, name, *found)
        else:
            link = nodes.literal("", name.rpartition("/")[2])
        place.replace_self(link)
