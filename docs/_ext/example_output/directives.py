"""The directives.  They say where an example and its output go; they run nothing."""

import html
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.directives.code import LiteralInclude
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

from example_output.claims import FACTS
from example_output.domain import ExampleDomain, Request
from example_output.example import Example, MissingError, OutsideError
from example_output.gate import OUTPUT, TIMELINE, Gate, Kind, Problem
from example_output.settings import OPTIONS
from example_output.transcript import RULES

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

# With one of these a page shows less than the file, or something else.
_PARTIAL = {
    "append",
    "dedent",
    "diff",
    "end-at",
    "end-before",
    "lines",
    "prepend",
    "pyobject",
    "start-after",
    "start-at",
}


class output_placeholder(nodes.General, nodes.Element):  # noqa: N801  # as docutils' own
    """Where the output of ``example`` goes once it is known; see :mod:`.render`."""


class source_bar(nodes.Invisible, addnodes.download_reference):  # noqa: N801
    """The bar over the source of ``example``.

    One node, and not the ten that it becomes, because Sphinx keeps pages from reading
    to writing, and goes through all nodes of a page a few times before it writes it.
    A download, so that Sphinx finds the file that the bar links to; and called
    invisible, so that a description of the page, made of its first words, has none of
    a bar's.
    """


class output_bar(nodes.Invisible, nodes.Element):  # noqa: N801
    """The bar over an output: its ``command``, and the ``label`` behind it, if any.

    One node, as :class:`source_bar`.
    """


class timeline_placeholder(nodes.Invisible, nodes.Element):  # noqa: N801
    """Where the timeline of ``example`` goes once it is known; see :mod:`.render`.

    One node as well, for as long.
    """


class timeline_picture(nodes.General, nodes.Element):  # noqa: N801
    """The picture of a timeline's ``events``, for pages that can show it."""


class run_controls(nodes.Inline, nodes.Element):  # noqa: N801
    """By which a reader runs ``example`` in the page, or reads why not."""


class box_link(nodes.Inline, nodes.Element):  # noqa: N801
    """By which a reader can hand on the place of a program or an output."""


class Finder:
    """What directives and roles share: the name that they are given, and its trace."""

    if TYPE_CHECKING:

        @property
        def env(self) -> "BuildEnvironment":
            """As Sphinx gives it to both."""

        get_location: Callable[[], str]

    @property
    def domain(self) -> ExampleDomain:
        """The notes of what pages show."""
        return cast("ExampleDomain", self.env.get_domain(ExampleDomain.name))

    def find(self, name: str, *, shown: bool = True) -> Example | None:
        """Look up an example, and note that this page names it.

        :param shown: whether it is on the page, too.
        """
        gate = self.domain.gate
        problem = None
        example = None
        try:
            example = gate.find(name)
        except MissingError as error:
            problem = gate.missing(name, str(error))
        except OutsideError as error:
            problem = gate.outside(name, str(error))
        self.note(example.name if example else name, problem, shown=shown)
        if example is not None:
            self.watch(example.path)
            for suffix in (OUTPUT, TIMELINE):
                for recording in gate.recordings(example, suffix):
                    self.watch(recording.path)
            for path in example.modules:
                self.watch(path)
        return example

    def note(
        self,
        name: str,
        problem: Problem | None = None,
        *,
        shown: bool = True,
        output: bool = False,
        timeline: bool = False,
    ) -> None:
        """Note a name, or what is wrong with it, at this line."""
        where = self.get_location()
        request = Request(name, where, problem, shown, output, timeline)
        self.domain.note(self.env.docname, request)

    def watch(self, path: Path) -> None:
        """Have this page read again when a file changes."""
        self.env.note_dependency(_relative(path, Path(self.env.srcdir)))


class _ExampleMixin(SphinxDirective, Finder):
    """What the two directives share."""

    if TYPE_CHECKING:
        arguments: list[str]

    def placeholder(self, example: Example) -> nodes.Element:
        """Reserve the place for the output."""
        self.note(example.name, output=True)
        node = output_placeholder(example=example.name)
        self.set_source_info(node)
        self.identify(node, f"output {example.path.stem}")
        return node

    def timeline(self, example: Example) -> nodes.Element:
        """Reserve the place for the timeline."""
        gate = self.domain.gate
        recorded = gate.recordings(example, TIMELINE)
        problem = None if recorded else gate.no_timeline(example)
        self.note(example.name, problem, timeline=True)
        node = timeline_placeholder(example=example.name)
        self.set_source_info(node)
        self.identify(node, f"timeline {example.path.stem}")
        return node

    def identify(self, node: nodes.Element, text: str) -> None:
        """Give a node an id made of the text, stable and free on the page."""
        wanted = nodes.make_id(text)
        taken = self.state.document.ids
        number = 1
        while (identifier := wanted if number == 1 else f"{wanted}-{number}") in taken:
            number += 1
        node["ids"].append(identifier)
        taken[identifier] = node

    def apology(self) -> list[nodes.Node]:
        """What stands on the page where no example can."""
        text = f"There is no example {self.arguments[0].strip()} to show."
        return [nodes.paragraph("", text, classes=["example-problem"])]


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


class ExampleDirective(LiteralInclude, _ExampleMixin):
    """``{example} name.py``: the file, and its output under it.

    Takes the options of ``literalinclude``, and three more: ``:no-output:`` leaves the
    output out; ``:timeline:`` puts the timeline under it; ``:emphasize-text:``
    highlights the one line that each of its lines is found on.
    """

    option_spec: ClassVar[OptionSpec] = {
        **LiteralInclude.option_spec,
        "no-output": directives.flag,
        "timeline": directives.flag,
        "emphasize-text": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Make the source block, and the place for the output."""
        example = self.find(self.arguments[0].strip())
        if example is None:
            return self.apology()
        result: list[nodes.Node] = [self.source(example)]
        if "no-output" not in self.options:
            result.append(self.placeholder(example))
        if "timeline" in self.options:
            result.append(self.timeline(example))
        return [nodes.container("", *result, classes=["example"])]

    def source(self, example: Example) -> nodes.Element:
        """The program, under a bar with its name."""
        box = nodes.container(classes=["example-source"])
        self.set_source_info(box)
        self.identify(box, f"example {example.path.stem}")
        places = self.domain.data["places"].setdefault(self.env.docname, {})
        places.setdefault(example.name, box["ids"][0])
        target = box["ids"][0]
        box += self.bar(example, target)
        box += self.code(example)
        if not (self.options.keys() & _PARTIAL or self.shows_diff):
            number_lines(self.domain.gate, example, box, target)
        if self.options.keys() & _PARTIAL:
            box += _complete_source(example, f"complete-{box['ids'][0]}")
        return box

    def bar(self, example: Example, target: str) -> nodes.Element:
        """The bar.

        :param target: the id of what the bar stands over.
        """
        return source_bar(
            example=example.name,
            target=target,
            reftarget=self.target(example.path),
            refdoc=self.env.docname,
            refdomain="",
            reftype="download",
        )

    def code(self, example: Example) -> list[nodes.Node]:
        """The block that literalinclude makes of the file."""
        self.arguments[0] = self.target(example.path)
        self.options.setdefault("language", "python")
        old = None
        self.shows_diff = "diff" in self.options
        if self.shows_diff:
            old = self.find(self.options.pop("diff").strip())
        if old:
            self.options["diff"] = self.target(old.path)
        if self.options.get("caption") == "":
            self.options["caption"] = example.path.name
        result = LiteralInclude.run(self)
        for node in result:
            if isinstance(node, nodes.system_message):
                # Said by literalinclude when the page is read; by us at every build.
                cause = f"its file cannot be shown as asked: {node.astext()}"
                problem = Problem(Kind.ANCHOR, example.name, cause, cure="Mend it")
                self.note(example.name, problem)
            for block in node.findall(nodes.literal_block):
                block["source"] = example.name
                if old and block.astext():
                    _name_diff(block, old.name, example.name)
                self.emphasize(example, block)
        return result

    def emphasize(self, example: Example, block: nodes.literal_block) -> None:
        """Highlight the lines that the texts of ``:emphasize-text:`` are found on."""
        lines = block.astext().split("\n")
        wanted = self.options.get("emphasize-text", "").splitlines()
        marked = block["highlight_args"].setdefault("hl_lines", [])
        for text in filter(None, map(str.strip, wanted)):
            found = [number for number, line in enumerate(lines, 1) if text in line]
            if len(found) == 1:
                marked.append(found[0])
                continue
            where = f"on {len(found)} lines" if found else "on no line"
            cause = f"the text {text!r} is {where} of what the page shows, not on one"
            problem = Problem(Kind.ANCHOR, example.name, cause, cure="Mend the text")
            self.note(example.name, problem)

    def target(self, path: Path) -> str:
        """A path as literalinclude takes it: ``/`` is the source folder."""
        return "/" + _relative(path, Path(self.env.srcdir))


def _name_diff(block: nodes.literal_block, old: str, new: str) -> None:
    """Head a diff with the examples' names: literalinclude gives their full paths."""
    _, _, changes = block.astext().split("\n", 2)
    text = f"--- {old}\n+++ {new}\n{changes}"
    block.rawsource = text
    block[:] = [nodes.Text(text)]


def _complete_source(example: Example, identifier: str) -> nodes.Node:
    """The whole file, unseen: what the copy button copies when less is shown."""
    text = html.escape(example.source.decode("utf-8", "replace"), quote=False)
    # The HTML parser drops the line feed after the tag.
    names = f'class="example-complete" id="{identifier}" hidden="hidden"'
    markup = f"<pre {names}>\n{text}</pre>"
    return nodes.raw("", markup, format="html")


def number_lines(gate: Gate, example: Example, box: nodes.Element, name: str) -> None:
    """Give each line in a box an id, where a timeline may lead to it."""
    if gate.recordings(example, TIMELINE):
        for block in box.findall(nodes.literal_block):
            # An option of the formatter of Pygments.
            options = {**block.get("highlight_args", {}), "linespans": f"{name}-line"}
            block["highlight_args"] = options


class ExampleTimelineDirective(_ExampleMixin):
    """``{example-timeline} name.py``: what its tasks did, when, as a picture."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Make the place for the timeline."""
        example = self.find(self.arguments[0].strip())
        if example is None:
            return self.apology()
        return [nodes.container("", self.timeline(example), classes=["example"])]


class ExampleOutputDirective(_ExampleMixin):
    """``{example-output} name.py``: the output alone, so that prose can come before."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Make the place for the output."""
        example = self.find(self.arguments[0].strip())
        if example is None:
            return self.apology()
        return [nodes.container("", self.placeholder(example), classes=["example"])]


class what_if(nodes.General, nodes.Element):  # noqa: N801  # as docutils' own
    """A question whose answer waits until it is asked for."""


class question(nodes.Part, nodes.TextElement):  # noqa: N801
    """The question."""


def _is_link(node: nodes.Node) -> bool:
    return isinstance(node, nodes.reference | addnodes.pending_xref)


class WhatIfDirective(SphinxDirective):
    """``{what-if} Question?``: the answer, hidden until the reader asks for it."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Make the question, and the answer under it."""
        self.assert_has_content()
        words, messages = self.parse_inline(self.arguments[0])
        if any(link for word in words for link in word.findall(_is_link)):
            # Whoever reaches for the answer would leave the page instead.
            raise self.error("a question unfolds its answer, so it can hold no link")
        asked = question(self.arguments[0], "", *words)
        self.set_source_info(asked)
        box = what_if("", asked, *self.parse_content_to_nodes())
        self.set_source_info(box)
        return [box, *messages]


class _ListDirective(SphinxDirective):
    """A definition list made of our own tables, so that pages cannot fall behind."""

    rows: ClassVar[Callable[[], Iterator[tuple[str, str]]]]

    def run(self) -> list[nodes.Node]:
        """Make the list."""
        items = nodes.definition_list()
        for term, text in type(self).rows():
            names, _ = self.parse_inline(term)
            words = self.parse_text_to_nodes(text)
            items += nodes.definition_list_item(
                "", nodes.term("", "", *names), nodes.definition("", *words)
            )
        return [items]


class WarningTypesDirective(_ListDirective):
    """``{example-warning-types}``: what can be wrong, from :class:`.gate.Kind`."""

    @staticmethod
    def rows() -> Iterator[tuple[str, str]]:
        """Each warning type and its meaning."""
        return ((f"``example_output.{kind.value}``", kind.meaning) for kind in Kind)


class FactsDirective(_ListDirective):
    """``{example-facts}``: what a recording tells, from :data:`.claims.FACTS`."""

    @staticmethod
    def rows() -> Iterator[tuple[str, str]]:
        """Each fact and its meaning."""
        return ((f"``{known.usage}``", known.meaning) for known in FACTS.values())


class RulesDirective(_ListDirective):
    """``{example-rules}``: what normalizing changes, from :data:`.transcript.RULES`."""

    @staticmethod
    def rows() -> Iterator[tuple[str, str]]:
        """Each rule and its reason."""
        return ((rule.title, rule.reason) for rule in RULES)


class OptionsDirective(_ListDirective):
    """``{example-options}``: configuration values, from :data:`.settings.OPTIONS`."""

    @staticmethod
    def rows() -> Iterator[tuple[str, str]]:
        """Each configuration value, its default and its meaning."""
        for name, option in OPTIONS.items():
            yield f"``example_output_{name} = {option.default!r}``", option.meaning


DIRECTIVES: dict[str, type[SphinxDirective]] = {
    "example": ExampleDirective,
    "example-output": ExampleOutputDirective,
    "example-timeline": ExampleTimelineDirective,
    "what-if": WhatIfDirective,
    "example-warning-types": WarningTypesDirective,
    "example-facts": FactsDirective,
    "example-rules": RulesDirective,
    "example-options": OptionsDirective,
}
"""All of this module, by the name that pages call them by."""
