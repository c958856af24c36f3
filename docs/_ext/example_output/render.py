"""Put outputs where the directives reserved their places."""

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from packaging.version import Version
from sphinx.transforms.post_transforms import SphinxPostTransform

from example_output.directives import (
    box_link,
    output_placeholder,
    question,
    what_if,
)
from example_output.domain import ExampleDomain
from example_output.gate import Recording
from example_output.transcript import (
    RecordingError,
    Transcript,
    read_orders,
    read_recording,
)

if TYPE_CHECKING:
    from sphinx.writers.html5 import HTML5Translator

    from example_output.example import Example
    from example_output.session import Outcome, Session


class OutputTransform(SphinxPostTransform):
    """Replace each placeholder by plain nodes, which every builder can write."""

    # Before Sphinx resolves references and highlights.
    default_priority = 5

    def run(self, **_kwargs: Any) -> None:
        """Replace them all."""
        domain = cast("ExampleDomain", self.env.get_domain(ExampleDomain.name))
        session = domain.session
        for place in list(self.document.findall(output_placeholder)):
            outcome = session.outcomes.get(place["example"])
            boxes = list(_boxes(outcome, session)) if outcome else []
            if boxes:
                boxes[0]["ids"] = place["ids"]
                name = place["example"].rpartition("/")[2]
                link = box_link(target=place["ids"][0], what=f"the output of {name}")
                cast("nodes.Element", boxes[0][0]).append(link)
            place.replace_self(boxes)
        if not domain.unfolds:
            self._open_answers()
            for link in list(self.document.findall(box_link)):
                link.parent.remove(link)

    def _open_answers(self) -> None:
        """Where nothing can be unfolded, the answer stands under its question."""
        for box in list(self.document.findall(what_if)):
            asked = next(box.findall(question))
            words = nodes.strong("", "", *asked.children)
            asked.replace_self(nodes.paragraph("", "", words))
            box.replace_self(nodes.container("", *box.children, classes=["what-if"]))


def visit_box_link(translator: "HTML5Translator", node: nodes.Element) -> None:
    """Write the link; it follows the last thing in its bar."""
    label = html.escape(f"Link to {node['what']}")
    translator.body.append(
        f'<a class="example-link" href="#{node["target"]}" aria-label="{label}">#</a>'
    )


def depart_box_link(_translator: "HTML5Translator", _node: nodes.Element) -> None:
    """It holds nothing."""


def visit_what_if(translator: "HTML5Translator", node: nodes.Element) -> None:
    """Open the element that browsers unfold without a script."""
    translator.body.append(translator.starttag(node, "details", CLASS="what-if"))


def depart_what_if(translator: "HTML5Translator", _node: nodes.Element) -> None:
    """Close it."""
    translator.body.append("</details>\n")


def visit_question(translator: "HTML5Translator", _node: nodes.Element) -> None:
    """Open the part of it that is always seen."""
    translator.body.append("<summary>")


def depart_question(translator: "HTML5Translator", _node: nodes.Element) -> None:
    """Close it."""
    translator.body.append("</summary>\n")


def _boxes(outcome: "Outcome", session: "Session") -> Iterator[nodes.Element]:
    """One box for each output: of this build's run, and of the recordings beside it."""
    if outcome.run is None and outcome.problem:
        yield _problem_box(outcome.example.command, outcome.problem.cause)
        return
    gate, example = session.gate, outcome.example
    recordings = gate.recordings(example)
    current = gate.recording(example)
    pythons = [] if outcome.problem else session.pythons(example)
    here = f"{gate.version.major}.{gate.version.minor}"
    if current is None and outcome.run is not None:
        yield _run_box(outcome, f"Python {gate.version}")
    for recording in recordings:
        alone = len(recordings) == 1
        held = [p for p in pythons if recording.holds_on(Version(p))]
        if recording == current and outcome.run is not None:
            label = "" if alone else f"{recording.label}; here "
            others = _listed("same on", [p for p in held if p != here])
            version = f"Python {gate.version}" if alone else str(gate.version)
            yield _run_box(outcome, f"{label}{version}{others}", recording)
        else:
            label = _label(example, recording, alone=alone)
            label += f"; recorded, not run in this build{_listed('run on', held)}"
            yield _recorded_box(example, recording, label)


def _listed(words: str, pythons: list[str]) -> str:
    """``; same on 3.11, 3.12 and 3.13``, or nothing."""
    if not pythons:
        return ""
    *first, last = pythons
    names = f"{', '.join(first)} and {last}" if first else last
    return f"; {words} {names}"


def _label(example: "Example", recording: Recording, *, alone: bool) -> str:
    requires = example.metadata.requires_python
    return f"needs Python {requires}" if alone and requires else recording.label


def _run_box(
    outcome: "Outcome", label: str, recording: Recording | None = None
) -> nodes.Element:
    example = outcome.example
    if recording and example.metadata.varies and not outcome.problem:
        # In the recorded order, so that two builds give the same page.
        return _recorded_box(example, recording, label)
    run = cast("Transcript", outcome.run)
    notes = [outcome.problem.cause] if outcome.problem else []
    return _box(example.command, label, run, notes)


def _recorded_box(
    example: "Example", recording: Recording, label: str
) -> nodes.Element:
    try:
        text = recording.read()
        transcript = read_recording(text, example.command)
    except RecordingError as error:
        notes = [f"Its recording is broken: {error}"]
        return _box(example.command, label, Transcript(""), notes)
    notes = []
    if orders := read_orders(text):
        seen = "1 order" if orders[0] == 1 else f"{orders[0]} orders"
        notes = [f"The order of these lines may vary: {seen} in {orders[1]} runs."]
    return _box(example.command, label, transcript, notes)


def _problem_box(command: str, cause: str) -> nodes.Element:
    note = nodes.paragraph("", f"Not run: {cause}", classes=["example-note"])
    return nodes.container("", _bar(command), note, classes=["example-output"])


def _box(command: str, label: str, run: Transcript, notes: list[str]) -> nodes.Element:
    bar = _bar(command)
    bar += nodes.Text(" ")
    bar += nodes.inline("", f"({label})", classes=["example-python"])
    box = nodes.container("", bar, classes=["example-output"])
    if run.output:
        block = nodes.literal_block(run.output, run.output, classes=["example-text"])
        block["language"] = "none"
        box += block
    else:
        box += nodes.paragraph("", "No output.", classes=["example-note"])
    if run.status:
        notes = [f"Exit status: {run.status}", *notes]
    for note in notes:
        box += nodes.paragraph("", note, classes=["example-note"])
    return box


def _bar(command: str) -> nodes.Element:
    bar = nodes.paragraph("", "", classes=["example-bar"])
    bar += nodes.inline("", "$ ", classes=["example-prompt"])
    bar += nodes.literal("", command, classes=["example-command"])
    return bar
