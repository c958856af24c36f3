"""The directives.  They insert programs and placeholders, but run nothing."""

import os
from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.directives.code import LiteralInclude
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

from example_output.example import Example
from example_output.folder import TIMELINE
from example_output.gate import no_timeline
from example_output.metadata import ExampleError
from example_output.pages.domain import Finder, _relative
from example_output.pages.made import made_box
from example_output.pages.nodes import (
    output_placeholder,
    question,
    source_bar,
    timeline_placeholder,
    what_if,
)
from example_output.pages.parts import (
    complete_source,
    count_from,
    hidden_lines,
    show_changes,
)
from example_output.pages.timelines import number_lines
from example_output.pages.words import _
from example_output.problems import Kind, Problem
from example_output.running.made import made_path

# With one of these options, a page does not show exactly the whole file: so timelines
# do not link to its lines, and the copy button copies a hidden copy of the whole.
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


class _ExampleDirective(SphinxDirective, Finder):
    """The common base of the directives for examples."""

    if TYPE_CHECKING:
        arguments: list[str]

    def placeholder(self, example: Example) -> nodes.Element:
        """A placeholder for the output."""
        self.note(example.name, output=True)
        node = output_placeholder(example=example.name)
        self.set_source_info(node)
        self.identify(node, f"output {example.package or example.path.stem}")
        return node

    def timeline(self, example: Example) -> nodes.Element:
        """A placeholder for the timeline."""
        gate = self.domain.gate
        recorded = gate.folder.recordings(example, TIMELINE)
        problem = None if recorded else no_timeline(gate, example)
        self.note(example.name, problem, timeline=True)
        node = timeline_placeholder(example=example.name)
        self.set_source_info(node)
        self.identify(node, f"timeline {example.package or example.path.stem}")
        return node

    def made(self, example: Example, alt: str = "") -> list[nodes.Node]:
        """A box for each file that the example makes.

        :param alt: what its pictures show, for who cannot see them.
        """
        try:
            names = example.metadata.makes
        except ExampleError:  # which is reported elsewhere
            return []
        paths = {name: made_path(example, name) for name in names}
        targets = {name: self.target(path) for name, path in paths.items()}
        docname = self.env.docname
        boxes: list[nodes.Node] = [
            made_box(example, name, path, targets[name], docname, alt)
            for name, path in paths.items()
            if os.path.isfile(path)  # its name may be too long for one
        ]
        for box in boxes:
            self.set_source_info(box)
        return boxes

    def target(self, path: Path) -> str:
        """A path as literalinclude takes it: ``/`` is the source folder."""
        return "/" + _relative(path, Path(self.env.srcdir))

    def identify(self, node: nodes.Element, text: str) -> None:
        """Give a node an id made from the text, stable and unique on the page."""
        wanted = nodes.make_id(text)
        taken = self.state.document.ids
        number = 1
        while (identifier := wanted if number == 1 else f"{wanted}-{number}") in taken:
            number += 1
        node["ids"].append(identifier)
        taken[identifier] = node

    def apology(self) -> list[nodes.Node]:
        """What the page shows in place of a missing example."""
        name = self.arguments[0].strip()
        text = _("There is no example {name} to show.", name=name)
        return [nodes.paragraph("", text, classes=["example-problem"])]


class ExampleDirective(LiteralInclude, _ExampleDirective):
    """``{example} name.py``: the file, and its output under it.

    Takes the options of ``literalinclude``, and its own: ``:no-output:`` leaves the
    output out; ``:timeline:`` puts the timeline under it; ``:emphasize-text:``
    highlights the line that contains a text, with one text per line of the option;
    ``:alt:`` describes the picture that the program makes.
    """

    option_spec: ClassVar[OptionSpec] = {
        **LiteralInclude.option_spec,
        "alt": directives.unchanged_required,
        "no-output": directives.flag,
        "timeline": directives.flag,
        "emphasize-text": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Make the source block, and a placeholder for the output."""
        example = self.find(self.arguments[0].strip())
        if example is None:
            return self.apology()
        if example.is_session and "no-output" not in self.options:
            result: list[nodes.Node] = [self.session(example)]
        else:
            result = [self.source(example)]
            if "no-output" not in self.options:
                result.append(self.placeholder(example))
        if "no-output" not in self.options:
            result += self.made(example, self.options.get("alt", ""))
        if "timeline" in self.options:
            result.append(self.timeline(example))
        return [nodes.container("", *result, classes=["example"])]

    def session(self, example: Example) -> nodes.Element:
        """A placeholder for a session, whose output holds its commands."""
        for option in sorted(self.options.keys() - {"alt"}):
            cause = f"the option {option!r} is for programs, and this is a session"
            cure = "Remove it, or add no-output to show the commands alone"
            self.note(example.name, Problem(Kind.ANCHOR, example.name, cause, "", cure))
        place = self.placeholder(example)
        places = self.domain.page(self.env.docname).places
        places.setdefault(example.name, place["ids"][0])
        return place

    def source(self, example: Example) -> nodes.Element:
        """The program, under a bar with its name."""
        box = nodes.container(classes=["example-source"])
        self.set_source_info(box)
        self.identify(box, f"example {example.package or example.path.stem}")
        places = self.domain.page(self.env.docname).places
        places.setdefault(example.name, box["ids"][0])
        target = box["ids"][0]
        is_whole = not self.options.keys() & _PARTIAL
        # Who asks for a part decides alone what is shown.
        above = self.hide_metadata(example) if is_whole else None
        box += self.bar(example, target)
        box += self.code(example)
        if is_whole:
            number_lines(self.domain.gate, example, box, target)
            count_from(box, above or 0)
        if not is_whole or above is not None:
            # What is copied, run and edited is the whole file.
            box += complete_source(example, f"complete-{box['ids'][0]}")
        return box

    def hide_metadata(self, example: Example) -> int | None:
        """Leave the metadata block out, which is for tools and not for readers.

        Returns how many lines there are above what is shown; ``None`` if all are shown.
        """
        first, last = hidden_lines(example)
        if not last:
            return None
        self.options["lines"] = f"{last + 1}-" if first == 1 else f"1-{first - 1}"
        if self.options.pop("lineno-match", first) is None:
            self.options["linenos"] = None
        return last if first == 1 else 0

    def bar(self, example: Example, target: str) -> nodes.Element:
        """The bar over a program.

        :param target: the id of the program's box.
        """
        return source_bar(
            example=example.name,
            old=self.options.get("diff", "").strip(),
            target=target,
        )

    def code(self, example: Example) -> list[nodes.Node]:
        """The block that literalinclude makes from the file."""
        self.arguments[0] = self.target(example.path)
        language = "console" if example.is_session else "python"
        self.options.setdefault("language", language)
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
                # literalinclude reports it when the page is read, we at every build.
                cause = f"its file cannot be shown as asked: {node.astext()}"
                problem = Problem(Kind.ANCHOR, example.name, cause, cure="Fix it")
                self.note(example.name, problem)
            for block in node.findall(nodes.literal_block):
                block["source"] = example.name
                if old and block.astext():
                    show_changes(block, old, example)
                self.emphasize(example, block)
        return result

    def emphasize(self, example: Example, block: nodes.literal_block) -> None:
        """Highlight the lines that contain the texts of ``:emphasize-text:``."""
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
            problem = Problem(Kind.ANCHOR, example.name, cause, cure="Fix the text")
            self.note(example.name, problem)


class _PlaceDirective(_ExampleDirective):
    """One placeholder alone, so that prose can come before it."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[OptionSpec] = {}

    def run(self) -> list[nodes.Node]:
        """Make the placeholder."""
        example = self.find(self.arguments[0].strip())
        if example is None:
            return self.apology()
        return [nodes.container("", *self.places(example), classes=["example"])]

    def places(self, example: Example) -> list[nodes.Node]:
        """What is in the box of the example."""
        return [self.place(example)]

    @abstractmethod
    def place(self, example: Example) -> nodes.Element:
        """The placeholder."""


class ExampleTimelineDirective(_PlaceDirective):
    """``{example-timeline} name.py``: what its tasks did, when, as a picture."""

    def place(self, example: Example) -> nodes.Element:
        """The placeholder for the timeline."""
        return self.timeline(example)


class ExampleOutputDirective(_PlaceDirective):
    """``{example-output} name.py``: the output, and the files that it makes."""

    option_spec: ClassVar[OptionSpec] = {"alt": directives.unchanged_required}

    def places(self, example: Example) -> list[nodes.Node]:
        """The placeholder, and the files that it makes."""
        alt = self.options.get("alt", "")
        return [self.place(example), *self.made(example, alt)]

    def place(self, example: Example) -> nodes.Element:
        """The placeholder for the output."""
        return self.placeholder(example)


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
            # A click on the link would leave the page instead of showing the answer.
            raise self.error("a question unfolds its answer, so it can hold no link")
        asked = question(self.arguments[0], "", *words)
        self.set_source_info(asked)
        box = what_if("", asked, *self.parse_content_to_nodes())
        self.set_source_info(box)
        return [box, *messages]
