"""Timelines on pages: for each recording a box with a picture and words."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes

from example_output.example import Example
from example_output.folder import TIMELINE
from example_output.gate import Gate
from example_output.pages.domain import ExampleDomain
from example_output.pages.labels import label_in, label_of, unless_run, versions
from example_output.pages.nodes import (
    permalink,
    python_label,
    question,
    timeline_picture,
    what_if,
)
from example_output.pages.pythons import classes_of_recording
from example_output.pages.words import _, decimal
from example_output.running.ledger import Outcome
from example_output.timeline.events import Event, UnfitError
from example_output.timeline.marks import Links
from example_output.timeline.recorded import TimelineError, read_timeline
from example_output.timeline.story import sentences, tell

if TYPE_CHECKING:
    from example_output.running.ledger import Ledger


def number_lines(gate: Gate, example: Example, box: nodes.Element, name: str) -> None:
    """Give each line in a box an id, if a timeline may link to it."""
    if gate.folder.recordings(example, TIMELINE):
        for block in box.findall(nodes.literal_block):
            options: dict[str, Any] = block.get("highlight_args", {})
            # Options of Pygments' formatter, which counts the ids from linenostart.
            if options.get("linenostart", 1) == 1:
                block["highlight_args"] = {**options, "linespans": f"{name}-line"}


def timeline_boxes(
    place: nodes.Element, page: nodes.document, domain: ExampleDomain
) -> Iterator[nodes.Element]:
    """Yield a box for each recorded timeline: of this build's run, and of others."""
    ledger = domain.ledger
    name, identifier = place["example"], place["ids"][0]
    if name not in ledger.outcomes:
        return
    gate, example = ledger.gate, ledger.outcomes[name].example
    outcome = ledger.timelines.get(name) or Outcome(example, timeline=True)
    alone = len(gate.folder.recordings(example, TIMELINE)) == 1
    for number, (recording, run) in enumerate(ledger.shown(outcome, TIMELINE)):
        mine = f"{identifier}-{number}" if number else identifier
        if recording is None:
            continue  # the recording was removed after the run was planned
        if run:
            text, links = run.timeline, _links(page, outcome, ledger)
            label = f"Python {gate.version}" if alone else str(gate.version)
            if not alone:
                known = versions(recording)
                label = _("{pythons}; here {version}", pythons=known, version=label)
            here = f"{gate.version.major}.{gate.version.minor}"
            shown = label_of(label, [here], held=not outcome.problem)
        else:
            text, links = recording.read(), Links(code=_code_lines(page, name))
            label = label_in(gate.folder, example, recording)
            sentence = f"{label}; {_('recorded, not run in this build')}"
            shown = label_of(sentence, [], unless_run(recording, label))
        box = _timeline_box(example.path.name, text, shown, links, mine)
        box["classes"] += classes_of_recording(recording)
        box["steps-of"] = name
        yield box


def _code_lines(page: nodes.document, name: str) -> str:
    """The prefix of the ids of a program's lines, if the page has them."""
    for block in page.findall(nodes.literal_block):
        if block.get("source") == name:
            options = block.get("highlight_args") or {}
            if "linespans" in options:
                return str(options["linespans"])
    return ""


def _links(page: nodes.document, outcome: "Outcome", ledger: "Ledger") -> Links:
    """The link targets for the marks of this build's run."""
    code, output = _code_lines(page, outcome.example.name), ""
    plain = ledger.outcomes[outcome.example.name].run
    for box in page.findall(nodes.container):
        if box.get("output-of") == outcome.example.name:
            block = next(box.findall(nodes.literal_block), None)
            output = block["highlight_args"]["linespans"] if block else ""
            break
    printed = plain.output.removesuffix("\n").count("\n") + 1 if plain else 0
    watched = outcome.run.timeline if outcome.run else ""
    with contextlib.suppress(UnfitError):
        if tell(read_timeline(watched)).lines != printed:
            output = ""  # a later line may have overwritten others
    return Links(code, output)


def _timeline_box(
    name: str, text: str, label: python_label, links: Links, identifier: str
) -> nodes.Element:
    over = nodes.paragraph("", "", classes=["example-bar"])
    over += nodes.inline("", _("What its tasks did"), classes=["timeline-title"])
    over += nodes.Text(" ")
    over += label
    over += permalink(target=identifier, what=_("the timeline of {name}", name=name))
    box = nodes.container("", over, classes=["example-timeline"], ids=[identifier])
    try:
        events = read_timeline(text)
    except (UnfitError, TimelineError) as error:
        why = _(str(error)) if isinstance(error, UnfitError) else str(error)
        note = _("No timeline: {reason}", reason=why)
        box += nodes.paragraph("", note, classes=["example-note"])
        return box
    box += timeline_picture(name=name, events=events, links=links, target=identifier)
    words = nodes.definition_list("", *_in_words(events, links))
    box += what_if("", question("", _("The same in words")), words)
    return box


def _in_words(events: list[Event], links: Links) -> Iterator[nodes.Node]:
    """Yield the events, under the time at which they happen."""
    for time, group in sentences(events):
        items = []
        for event in group:
            line = nodes.paragraph("", event.words)
            if event.line:
                number = _("line {line}", line=event.line)
                where: nodes.Node = nodes.Text(number)
                if links.code:
                    target = f"{links.code}-{event.line}"
                    where = nodes.reference("", number, refid=target, internal=True)
                line += [nodes.Text(" ("), where, nodes.Text(")")]
            items.append(nodes.list_item("", line))
        term = nodes.term("", _("At {time} s", time=decimal(f"{time:g}")))
        body = nodes.definition("", nodes.bullet_list("", *items))
        yield nodes.definition_list_item("", term, body)
