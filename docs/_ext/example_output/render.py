"""Put outputs where the directives reserved their places."""

import contextlib
import html
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from packaging.version import Version
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from example_output.directives import (
    box_link,
    number_lines,
    output_bar,
    output_placeholder,
    question,
    run_controls,
    source_bar,
    timeline_picture,
    timeline_placeholder,
    what_if,
)
from example_output.domain import ExampleDomain
from example_output.gate import TIMELINE, Recording
from example_output.picture import Links, draw, sentences, tell, ticks
from example_output.timeline import Event, TimelineError, UnfitError, read_timeline
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
    """Replace each placeholder by plain nodes, which every builder can write.

    Where HTML is written, bars and timelines become such nodes only then, since that
    is done by visitors of ours, and much goes through all nodes of a page before.
    """

    # Before Sphinx resolves references and highlights.
    default_priority = 5

    def run(self, **_kwargs: Any) -> None:
        """Replace them all."""
        domain = cast("ExampleDomain", self.env.get_domain(ExampleDomain.name))
        for place in list(self.document.findall(output_placeholder)):
            _replace(place, self._outputs(place, domain.session))
        if domain.unfolds:
            for bar in _bars(self.document):
                bar.append(nodes.Text(_words(bar)))  # for the search
            return
        for timeline in list(self.document.findall(timeline_placeholder)):
            _replace(timeline, list(_timelines(timeline, self.document, domain)))
        for bar in _bars(self.document):
            bar.replace_self(_in_nodes(bar, domain))
        self._open_answers()
        for link in list(self.document.findall(box_link)):
            link.parent.remove(link)

    def _outputs(self, place: nodes.Element, session: "Session") -> list[nodes.Element]:
        """The boxes of an output, the first of them under the id of its place."""
        outcome = session.outcomes.get(place["example"])
        boxes = list(_boxes(outcome, session)) if outcome else []
        if not boxes:
            return []
        boxes[0]["ids"] = place["ids"]
        name = place["example"].rpartition("/")[2]
        bar = cast("nodes.Element", boxes[0][0])
        bar.attributes |= {"target": place["ids"][0], "what": f"the output of {name}"}
        if outcome and outcome.run:
            example = outcome.example
            if session.gate.recordings(example, TIMELINE):
                boxes[0]["output-of"] = example.name
                number_lines(session.gate, example, boxes[0], place["ids"][0])
        return boxes

    def _open_answers(self) -> None:
        """Where nothing can be unfolded, the answer stands under its question."""
        for box in list(self.document.findall(what_if)):
            asked = next(box.findall(question))
            words = nodes.strong("", "", *asked.children)
            asked.replace_self(nodes.paragraph("", "", words))
            box.replace_self(nodes.container("", *box.children, classes=["what-if"]))


# -- Bars ----------------------------------------------------------------------------


def visit_bar(translator: "HTML5Translator", node: nodes.Element) -> None:
    """Write a bar as the nodes that it stands for."""
    _write(translator, node, [_in_nodes(node, _domain(translator))])


def _domain(translator: "HTML5Translator") -> ExampleDomain:
    env = translator.builder.env
    return cast("ExampleDomain", env.get_domain(ExampleDomain.name))


def _write(
    translator: "HTML5Translator", place: nodes.Element, parts: Iterable[nodes.Element]
) -> None:
    """Write what stands in a place, and not the place."""
    for part in parts:
        part.parent = place.parent
        part.document = translator.document
        part.walkabout(translator)
    raise nodes.SkipNode


def _bars(page: nodes.document) -> list[nodes.Element]:
    return [*page.findall(source_bar), *page.findall(output_bar)]


def _words(bar: nodes.Element) -> str:
    """What a reader may search for of a bar."""
    if isinstance(bar, source_bar):
        return str(bar["example"].rpartition("/")[2])
    return f"{bar['command']} {bar.get('label', '')}"


def _in_nodes(bar: nodes.Element, domain: ExampleDomain) -> nodes.paragraph:
    """A bar as nodes that every builder can write."""
    if isinstance(bar, source_bar):
        return _source_bar(bar, domain)
    return _output_bar(bar)


def _source_bar(place: nodes.Element, domain: ExampleDomain) -> nodes.paragraph:
    """The file's name, by which to run it, and a link to download it."""
    file = place["example"]
    name = file.rpartition("/")[2]
    bar = nodes.paragraph("", "", classes=["example-bar"])
    bar += [nodes.literal("", name, classes=["example-name"]), nodes.Text(" ")]
    bar += _controls(file, domain)
    known = {key: place[key] for key in _OF_A_DOWNLOAD if key in place}
    spoken = nodes.inline("", f" {name}", classes=["example-spoken"])
    words = [nodes.inline("", "Download"), spoken]
    bar += addnodes.download_reference("", "", *words, **known)
    bar += box_link(target=place["target"], what=f"the program {name}")
    return bar


def _output_bar(place: nodes.Element) -> nodes.paragraph:
    """The command, what ran it, and a link to the place."""
    bar = nodes.paragraph("", "", classes=["example-bar"])
    bar += nodes.inline("", "$ ", classes=["example-prompt"])
    bar += nodes.literal("", place["command"], classes=["example-command"])
    if label := place.get("label"):
        bar += nodes.Text(" ")
        bar += nodes.inline("", f"({label})", classes=["example-python"])
    if target := place.get("target"):
        bar += box_link(target=target, what=place["what"])
    return bar


def _controls(file: str, domain: ExampleDomain) -> list[nodes.Node]:
    """The controls where a program runs in the page, or the reason."""
    example = domain.gate.examples.get(file)
    reason = domain.session.proofs.reason(example) if example else None
    if not domain.runs or reason is None:
        return []
    return [run_controls(example=file, reason=reason)]


# What Sphinx has written into the place of a bar: the last only if the file is there.
_OF_A_DOWNLOAD = ("reftarget", "refdoc", "refdomain", "reftype", "filename")
_CONTROLS = (
    '<span class="example-actions" data-file="{file}"><button type="button" '
    'aria-label="Run {name}">Run</button><button type="button" '
    'aria-label="Edit {name}">Edit</button></span>'
)


def _replace(place: nodes.Element, boxes: list[nodes.Element]) -> None:
    """Put boxes in a place; if there are none, its id goes with it."""
    if boxes:
        place.replace_self(boxes)
    else:
        place.parent.remove(place)


def visit_run_controls(translator: "HTML5Translator", node: nodes.Element) -> None:
    """Write the buttons, which the script brings to life, or the reason."""
    file = node["example"]
    if reason := node["reason"]:
        note = html.escape(f"Does not run in the page: {reason}.")
        translator.body.append(f'<span class="example-no-run">{note}</span> ')
    else:
        name = html.escape(file.rpartition("/")[2])
        translator.body.append(_CONTROLS.format(file=html.escape(file), name=name))
    raise nodes.SkipNode


def visit_box_link(translator: "HTML5Translator", node: nodes.Element) -> None:
    """Write the link; it follows the last thing in its bar."""
    label = html.escape(f"Link to {node['what']}")
    translator.body.append(
        f'<a class="example-link" href="#{node["target"]}" aria-label="{label}">#</a>'
    )


def depart_box_link(_translator: "HTML5Translator", _node: nodes.Element) -> None:
    """It holds nothing."""


# -- Timelines -----------------------------------------------------------------------


def visit_timeline(translator: "HTML5Translator", node: nodes.Element) -> None:
    """Write a timeline as the nodes that it stands for."""
    boxes = _timelines(node, translator.document, _domain(translator))
    _write(translator, node, boxes)


def _timelines(
    place: nodes.Element, page: nodes.document, domain: ExampleDomain
) -> Iterator[nodes.Element]:
    """One box for each recorded timeline: of this build's run, and of others."""
    session = domain.session
    name, identifier = place["example"], place["ids"][0]
    if name not in session.outcomes:
        return
    gate, example = session.gate, session.outcomes[name].example
    recordings = gate.recordings(example, TIMELINE)
    current = gate.recording(example, TIMELINE)
    outcome = session.timelines.get(name)
    for number, recording in enumerate(recordings):
        alone = len(recordings) == 1
        mine = f"{identifier}-{number}" if number else identifier
        if recording == current and outcome and outcome.run:
            text, links = outcome.run.timeline, _links(page, outcome, session)
            label = f"Python {gate.version}" if alone else str(gate.version)
            label = label if alone else f"{recording.label}; here {label}"
        else:
            text, links = recording.read(), Links(code=_code_lines(page, name))
            label = _label(example, recording, alone=alone)
            label += "; recorded, not run in this build"
        yield _timeline_box(example.path.name, text, label, links, mine)


def _code_lines(page: nodes.document, name: str) -> str:
    """What the ids of a program's lines begin with, if the page has them."""
    for block in page.findall(nodes.literal_block):
        if block.get("source") == name:
            options = block.get("highlight_args") or {}
            if "linespans" in options:
                return str(options["linespans"])
    return ""


def _links(page: nodes.document, outcome: "Outcome", session: "Session") -> Links:
    """Where the marks of this build's run lead."""
    code, output = _code_lines(page, outcome.example.name), ""
    plain = session.outcomes[outcome.example.name].run
    for box in page.findall(nodes.container):
        if box.get("output-of") == outcome.example.name:
            block = next(box.findall(nodes.literal_block), None)
            output = block["highlight_args"]["linespans"] if block else ""
            break
    printed = plain.output.removesuffix("\n").count("\n") + 1 if plain else 0
    watched = outcome.run.timeline if outcome.run else ""
    with contextlib.suppress(UnfitError):
        if tell(read_timeline(watched)).lines != printed:
            output = ""  # lines that a later one has overwritten, say
    return Links(code, output)


def _timeline_box(
    name: str, text: str, label: str, links: Links, identifier: str
) -> nodes.Element:
    bar = nodes.paragraph("", "", classes=["example-bar"])
    bar += nodes.inline("", "What its tasks did", classes=["timeline-title"])
    bar += nodes.Text(" ")
    bar += nodes.inline("", f"({label})", classes=["example-python"])
    bar += box_link(target=identifier, what=f"the timeline of {name}")
    box = nodes.container("", bar, classes=["example-timeline"], ids=[identifier])
    try:
        events = read_timeline(text)
    except (UnfitError, TimelineError) as error:
        box += nodes.paragraph("", f"No timeline: {error}", classes=["example-note"])
        return box
    box += timeline_picture(name=name, events=events, links=links, target=identifier)
    words = nodes.definition_list("", *_in_words(events, links))
    box += what_if("", question("", "The same in words"), words)
    return box


def _in_words(events: list[Event], links: Links) -> Iterator[nodes.Node]:
    """The events, under the time at which they happen."""
    for time, group in sentences(events):
        items = []
        for event in group:
            line = nodes.paragraph("", event.words)
            if event.line:
                number = f"line {event.line}"
                where: nodes.Node = nodes.Text(number)
                if links.code:
                    target = f"{links.code}-{event.line}"
                    where = nodes.reference("", number, refid=target, internal=True)
                line += [nodes.Text(" ("), where, nodes.Text(")")]
            items.append(nodes.list_item("", line))
        term = nodes.term("", f"At {time:g} s")
        told = nodes.definition("", nodes.bullet_list("", *items))
        yield nodes.definition_list_item("", term, told)


def visit_picture(translator: "HTML5Translator", node: nodes.Element) -> None:
    """Draw it, where a script and a style sheet are with it."""
    if translator.builder.name != "epub":
        name, events, links = node["name"], node["events"], node["links"]
        data = html.escape(json.dumps(ticks(events), separators=(",", ":")))
        translator.body.append(
            # The script fills it; it has its room from the start, so that nothing
            # moves.
            f'<div class="timeline-player" data-name="{html.escape(name)}"></div>\n'
            f'<div class="timeline-picture" data-ticks="{data}" '
            f'data-code="{links.code}" data-output="{links.output}">'
            f"{draw(name, events, links, node['target'])}</div>"
        )
    raise nodes.SkipNode


def skip_picture(_translator: object, _node: nodes.Element) -> None:
    """Elsewhere the words say the same."""
    raise nodes.SkipNode


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
    bar = output_bar(command=command)
    return nodes.container("", bar, note, classes=["example-output"])


def _box(command: str, label: str, run: Transcript, notes: list[str]) -> nodes.Element:
    bar = output_bar(command=command, label=label)
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
