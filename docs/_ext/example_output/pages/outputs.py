"""Replace the placeholders of the directives by outputs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes
from packaging.version import Version
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from example_output.example import MAIN
from example_output.folder import TIMELINE, Recording
from example_output.pages.colors import colored_block
from example_output.pages.domain import ExampleDomain
from example_output.pages.downloads import download_of
from example_output.pages.labels import label_in, reason_in_words, versions
from example_output.pages.nodes import (
    output_placeholder,
    permalink,
    python_label,
    question,
    run_controls,
    source_bar,
    steps,
    strip,
    timeline_picture,
    timeline_placeholder,
    what_if,
)
from example_output.pages.pythons import classes_of_recording
from example_output.pages.strip import cells, differing, strip_of
from example_output.pages.timelines import number_lines, timeline_boxes
from example_output.pages.words import _, ngettext
from example_output.playground.proofs import address_of_steps
from example_output.startup.session import PROMPT
from example_output.transcript import (
    RecordingError,
    Transcript,
    read_orders,
    read_recording,
)

if TYPE_CHECKING:
    from example_output.example import Example
    from example_output.running.ledger import Outcome


class OutputTransform(SphinxPostTransform):
    """Replace each placeholder by plain nodes, which every builder can write."""

    # Before Sphinx resolves references and highlights.
    default_priority = 5

    def run(self, **_kwargs: Any) -> None:
        """Replace all placeholders."""
        domain = cast("ExampleDomain", self.env.get_domain(ExampleDomain.name))
        for place in list(self.document.findall(output_placeholder)):
            _replace(place, self._outputs(place, domain))
        for timeline in list(self.document.findall(timeline_placeholder)):
            _replace(timeline, list(timeline_boxes(timeline, self.document, domain)))
        for over in list(self.document.findall(source_bar)):
            over.replace_self(_source_bar(over, domain))
        if domain.runs:
            self._add_steps(domain)
        if not domain.is_site:
            self._leave_out_downloads()
        if not domain.unfolds:
            self._simplify()
            self._open_answers()
            for link in list(self.document.findall(permalink)):
                link.parent.remove(link)

    def _outputs(
        self, place: nodes.Element, domain: ExampleDomain
    ) -> list[nodes.Element]:
        """The boxes of an output; the first has the id of the placeholder."""
        ledger = domain.ledger
        outcome = ledger.outcomes.get(place["example"])
        boxes = list(_boxes(outcome, domain)) if outcome else []
        if not boxes or outcome is None:
            return []
        boxes[0]["ids"] = place["ids"]
        name = place["example"].rpartition("/")[2]
        link = permalink(
            target=place["ids"][0], what=_("the output of {name}", name=name)
        )
        cast("nodes.Element", boxes[0][0]).append(link)
        if outcome.run:
            example = outcome.example
            if ledger.gate.folder.recordings(example, TIMELINE):
                boxes[0]["output-of"] = example.name
                number_lines(ledger.gate, example, boxes[0], place["ids"][0])
            boxes[-1]["steps-of"] = example.name
        # Its outputs of the axes have no numbered lines.
        if domain.evidence.reproduced.cells and outcome.problem is None:
            self._add_strip(boxes, outcome, domain)
        return boxes

    def _add_steps(self, domain: ExampleDomain) -> None:
        """Add the steps of each program under its output, or under its timeline."""
        places: dict[str, nodes.Element] = {}
        for box in self.document.findall(nodes.container):
            if "steps-of" in box:
                places[box["steps-of"]] = box  # a timeline is under its output
        for name, last in places.items():
            example = domain.gate.folder.examples[name]
            if text := domain.evidence.proofs.steps(example):
                last.append(steps(name, address_of_steps(name, text)))

    def _add_strip(
        self, boxes: list[nodes.Element], outcome: "Outcome", domain: ExampleDomain
    ) -> None:
        """Add to the last box on what else the example was tried."""
        folder, example = domain.gate.folder, outcome.example
        recordings = folder.recordings(example)
        if len(recordings) != len(boxes):
            return  # there is none yet
        [first] = boxes[0]["ids"]
        for recording, box in zip(recordings, boxes, strict=True):
            # Not the box, which also gets the strip.
            for part in box.children if len(boxes) > 1 else ():
                part = cast("nodes.Element", part)
                part["classes"] += classes_of_recording(recording)
            if box is not boxes[0]:
                box["ids"] = [self._identify(f"{first}-{recording.since}")]
        places = {r.path: b["ids"][0] for r, b in zip(recordings, boxes, strict=True)}
        others = folder.differing(example)
        places |= {r.path: self._identify(f"{first}-{r.axis}") for r in others}
        boxes[-1] += strip_of(cells(domain.evidence.reproduced, example, places))
        pythons = dict(folder.settings.axes)
        for other in others:
            python = pythons[other.axis]
            usual = next(r for r in recordings if r.holds_on(Version(python)))
            target = places[other.path]
            boxes[-1] += list(differing(example, usual, other, python, target))

    def _identify(self, wanted: str) -> str:
        """A new id on this page."""
        wanted = nodes.make_id(wanted)
        taken = self.document.ids
        number = 1
        while (name := wanted if number == 1 else f"{wanted}-{number}") in taken:
            number += 1
        taken[name] = self.document
        return name

    def _leave_out_downloads(self) -> None:
        """Leave out the links of bars, of which only dead words would remain."""
        for link in list(self.document.findall(addnodes.download_reference)):
            if "example-bar" in link.parent["classes"]:
                link.parent.remove(link)

    def _simplify(self) -> None:
        """Leave out what only HTML can show, and keep the words of the rest."""
        for picture in list(self.document.findall(timeline_picture)):
            picture.parent.remove(picture)
        plain = {python_label: nodes.inline, strip: nodes.paragraph}
        for kind, other in plain.items():
            for node in list(self.document.findall(kind)):
                node.replace_self(other("", "", *node.children))

    def _open_answers(self) -> None:
        """Show answers under their questions, for formats that cannot hide them."""
        for box in list(self.document.findall(what_if)):
            asked = next(box.findall(question))
            words = nodes.strong("", "", *asked.children)
            paragraph = nodes.paragraph(asked.rawsource, "", words)
            # By these, Sphinx extracts it for translators.
            paragraph.source, paragraph.line = asked.source, asked.line
            vars(paragraph)["uid"] = getattr(asked, "uid", None)
            asked.replace_self(paragraph)
            box.replace_self(nodes.container("", *box.children, classes=["what-if"]))


# -- Bars ----------------------------------------------------------------------------


def _source_bar(place: nodes.Element, domain: ExampleDomain) -> nodes.paragraph:
    """The file's name, the controls to run it, and a link to download it."""
    file = place["example"]
    name = file.removesuffix(f"/{MAIN}").rpartition("/")[2]
    if file.endswith(f"/{MAIN}"):
        name = f"{name}/{MAIN}"
    over = nodes.paragraph("", "", classes=["example-bar"])
    over += [nodes.literal("", name, classes=["example-name"]), nodes.Text(" ")]
    if old := place["old"].rpartition("/")[2]:
        words = _("changes to {name}", name=old)
        over += nodes.inline("", words, classes=["example-old"])
        over += nodes.Text(" ")
    over += _controls(file, domain)
    spoken = nodes.inline("", f" {name}", classes=["example-spoken"])
    parts = [nodes.inline("", _("Download")), spoken]
    file = download_of(file)
    over += addnodes.download_reference("", "", *parts, filename=file, reftarget=file)
    over += permalink(target=place["target"], what=_("the program {name}", name=name))
    return over


def _output_bar(example: "Example", label: str = "") -> nodes.paragraph:
    """The command, and the Pythons that the output is for."""
    over = nodes.paragraph("", "", classes=["example-bar"])
    if example.is_session:  # which has all its commands under the bar
        over += nodes.literal("", example.path.name, classes=["example-name"])
    else:
        over += nodes.inline("", PROMPT, classes=["example-prompt"])
        over += nodes.literal("", example.command, classes=["example-command"])
    if label:
        over += nodes.Text(" ")
        over += nodes.inline("", label, classes=["example-python"])
    return over


def _controls(file: str, domain: ExampleDomain) -> list[nodes.Node]:
    """The controls of a program that runs in the page, or the reason why not."""
    example = domain.gate.folder.examples.get(file)
    reason = domain.evidence.proofs.reason(example) if example else None
    if example is None or not domain.runs or reason is None:
        return []
    pythons = domain.evidence.runs_on(example)
    why = reason_in_words(reason)
    return [run_controls(example=file, reason=why, pythons=pythons)]


def _replace(place: nodes.Element, boxes: list[nodes.Element]) -> None:
    """Replace a placeholder by boxes, or remove it with its id if there are none."""
    if boxes:
        place.replace_self(boxes)
    else:
        place.parent.remove(place)


# -- Outputs -------------------------------------------------------------------------


def _boxes(outcome: "Outcome", domain: ExampleDomain) -> Iterator[nodes.Element]:
    """One box for each output: of this build's run, and of the recordings beside it."""
    if outcome.run is None and outcome.problem:
        why = _("Not run: {cause}", cause=outcome.problem.cause)
        yield _note_box(outcome.example, why)
        return
    gate, example = domain.gate, outcome.example
    # Under a single output, the strip says on what it was printed.
    known = bool(domain.evidence.reproduced.cells) and not outcome.problem
    quiet = known and len(gate.folder.recordings(example)) == 1
    for recording, run in domain.ledger.shown(outcome):
        if run:
            several = len(gate.folder.recordings(example)) > 1
            label = _label_of_run(str(gate.version), recording, known, several)
            yield _run_box(outcome, "" if quiet and recording else label, recording)
        elif recording:
            label = label_in(gate.folder, example, recording)
            if not known or outcome.left_out:
                label += "; " + _("recorded, not run in this build")
            quiet = quiet and not outcome.left_out
            yield _recorded_box(example, recording, "" if quiet else label)
    if outcome.left_out and not gate.folder.recordings(example):
        yield _note_box(example, _("Not run, and not recorded."))


def _label_of_run(
    version: str, recording: Recording | None, known: bool, several: bool
) -> str:
    """The Pythons for which this build's run stands.

    :param known: whether the strip says on which it was printed.
    :param several: whether there are other recordings.
    """
    if recording and known:
        return versions(recording)
    if recording and several:
        return _(
            "{pythons}; here {version}", pythons=versions(recording), version=version
        )
    return f"Python {version}"


def _run_box(
    outcome: "Outcome", label: str, recording: Recording | None = None
) -> nodes.Element:
    example = outcome.example
    if recording and example.metadata.varies and not outcome.problem:
        # The recorded order, so that every build gives the same page.
        return _recorded_box(example, recording, label)
    run = cast("Transcript", outcome.run)
    notes = _given(example)
    if outcome.problem:
        notes.append(outcome.problem.cause)
    return _box(example, label, run, notes)


def _recorded_box(
    example: "Example", recording: Recording, label: str
) -> nodes.Element:
    try:
        text = recording.read()
        transcript = read_recording(text, example.command)
    except RecordingError as error:
        notes = [_("Its recording is broken: {error}", error=error)]
        return _box(example, label, Transcript(""), notes)
    notes = _given(example)
    if orders := read_orders(text):
        seen = ngettext("{n} order", "{n} orders", orders[0])
        notes.append(
            _(
                "The order of these lines may vary: {orders} in {runs} runs.",
                orders=seen,
                runs=orders[1],
            )
        )
    return _box(example, label, transcript, notes)


def _given(example: "Example") -> list[str]:
    """What its command and its output do not show: its input, and that it ran on."""
    metadata = example.metadata
    notes = []
    if lines := metadata.stdin.splitlines():
        typed = " \N{RETURN SYMBOL} ".join(lines)
        notes.append(_("Standard input: {text}", text=typed))
    if pairs := [f"{name}={value}" for name, value in metadata.environment]:
        notes.append(_("Environment: {variables}", variables=", ".join(pairs)))
    if metadata.ends == "timeout":
        notes.append(_("Stopped while it was running."))
    return notes


def _note_box(example: "Example", text: str) -> nodes.Element:
    note = nodes.paragraph("", text, classes=["example-note"])
    over = _output_bar(example)
    return nodes.container("", over, note, classes=["example-output"])


def _box(
    example: "Example", label: str, run: Transcript, notes: list[str]
) -> nodes.Element:
    box = nodes.container("", _output_bar(example, label), classes=["example-output"])
    # A session is shown whole, as in a terminal.
    start = f"{PROMPT}{example.command}\n" if example.is_session else ""
    if start or run.output:
        kind = nodes.literal_block if run.plain == run.output else colored_block
        plain = start + run.plain
        block = kind(plain, plain, classes=["example-text"])
        block["language"] = "console" if example.is_session else "none"
        block["colored"] = start + run.output
        box += block
    else:
        box += nodes.paragraph("", _("No output."), classes=["example-note"])
    if run.status:
        notes = [_("Exit status: {status}", status=run.status), *notes]
    for note in notes:
        box += nodes.paragraph("", note, classes=["example-note"])
    return box
