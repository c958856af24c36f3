"""Put outputs where the directives reserved their places."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from example_output.directives import output_placeholder
from example_output.domain import ExampleDomain
from example_output.gate import Recording
from example_output.transcript import RecordingError, Transcript, read_recording

if TYPE_CHECKING:
    from example_output.session import Outcome


class OutputTransform(SphinxPostTransform):
    """Replace each placeholder by plain nodes, which every builder can write."""

    # Before Sphinx resolves references and highlights.
    default_priority = 5

    def run(self, **_kwargs: Any) -> None:
        """Replace them all."""
        domain = cast("ExampleDomain", self.env.get_domain(ExampleDomain.name))
        for place in list(self.document.findall(output_placeholder)):
            outcome = domain.outcomes.get(place["example"])
            boxes = list(_boxes(outcome, domain)) if outcome else []
            if boxes:
                boxes[0]["ids"] = place["ids"]
            place.replace_self(boxes)


def _boxes(outcome: "Outcome", domain: ExampleDomain) -> Iterator[nodes.Element]:
    """One box for each output: of this build's run, and of the recordings beside it."""
    if outcome.run is None and outcome.problem:
        yield _problem_box(outcome.example.command, outcome.problem.cause)
        return
    gate = domain.gate
    recordings = gate.recordings(outcome.example)
    current = gate.recording(outcome.example)
    if current is None and outcome.run is not None:
        yield _run_box(outcome, gate.interpreter.version)
    for recording in recordings:
        alone = len(recordings) == 1
        if recording == current and outcome.run is not None:
            version = gate.interpreter.version
            label = (
                f"Python {version}" if alone else f"{recording.label}; here {version}"
            )
            yield _run_box(outcome, version, label)
        else:
            yield _recorded_box(outcome, recording, alone=alone)


def _run_box(outcome: "Outcome", version: str, label: str = "") -> nodes.Element:
    run = cast("Transcript", outcome.run)
    notes = [outcome.problem.cause] if outcome.problem else []
    return _box(outcome.example.command, label or f"Python {version}", run, notes)


def _recorded_box(
    outcome: "Outcome", recording: Recording, *, alone: bool
) -> nodes.Element:
    command = outcome.example.command
    requires = outcome.example.metadata.requires_python
    needs = f"needs Python {requires}" if alone and requires else recording.label
    try:
        session = read_recording(recording.read(), command)
    except RecordingError as error:
        return _box(
            command, needs, Transcript(""), [f"Its recording is broken: {error}"]
        )
    return _box(command, f"{needs}; recorded, not run in this build", session, [])


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
