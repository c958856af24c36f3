"""The roles for statements about programs, which can thus be checked."""

import contextlib
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxRole

from example_output.pages.claims import Claim, FactError, fact
from example_output.pages.domain import Finder
from example_output.problems import Kind, Problem
from example_output.transcript import RecordingError, read_recording


class ClaimRole(SphinxRole, Finder):
    """The common base of the roles: finds their own line, not their paragraph's."""

    def get_location(self) -> str:
        """``page.md:LINE``."""
        source, start = self.get_source_info()
        with contextlib.suppress(OSError):
            lines = Path(source).read_text("utf-8").split("\n")
            for number, line in enumerate(lines[start - 1 :], start):
                if self.name in line and self.text in line:
                    return f"{source}:{number}"
                if not line.strip():
                    break
        return f"{source}:{start}"


class QuoteRole(ClaimRole):
    """Inline code that quotes a program or an output on the page."""

    source: ClassVar[str]

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Note the quotation, which is checked once the page is complete."""
        claim = Claim(self.text, self.source, self.get_location())
        self.domain.page(self.env.docname).claims.append(claim)
        name = self.name.removeprefix("example-")  # it may be the second one
        node = nodes.literal(self.rawtext, self.text, classes=[f"example-{name}"])
        self.set_source_info(node)
        return [node], []


class PrintedRole(QuoteRole):
    """``{printed}`text```: a text that an output on the page contains."""

    source = "output"


class WrittenRole(QuoteRole):
    """``{written}`text```: a text that a program contains, as the page shows it."""

    source = "program"


class FactRole(ClaimRole):
    """``{example-fact}`lines name.py```: a number or a name from a recording."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Insert the fact from the recording."""
        kind, name, argument, *_ = [*self.text.split(maxsplit=2), "", "", ""]
        text = "?"
        example = self.find(name, shown=False)
        if example:
            try:
                text = self._ask(kind, name, argument)
            except FactError as error:
                cause = f"its recording does not contain {self.text!r}: {error}"
                problem = Problem(Kind.CLAIM, name, cause, cure="Fix the sentence")
                self.note(name, problem, shown=False)
        words = nodes.Text(text) if text.isdigit() else nodes.literal("", text)
        return [nodes.inline("", "", words, classes=["example-fact"])], []

    def _ask(self, kind: str, name: str, argument: str) -> str:
        gate = self.domain.gate
        example = gate.folder.examples[name]
        recording = gate.recording(example) or next(
            iter(gate.folder.recordings(example)), None
        )
        if recording is None:
            raise FactError("there is no recording")
        try:
            recorded = read_recording(recording.read(), example.command)
        except RecordingError as error:
            raise FactError(str(error)) from None
        return fact(kind, argument, recorded)
