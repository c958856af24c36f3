"""Draw a timeline: as SVG, once for wide pages and once for narrow ones.

A lane is a task, a thick bar is a step of it: what it does between two waits.  Time
runs along the lanes, to the right on a wide page and down on a narrow one, from step to
step, not to scale: what takes no time has room, and what takes long is broken.

Pure: text in, text out.  Colours and strokes are the style sheet's, by class.
"""

import html
import itertools
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from example_output.timeline import CALLBACKS, PROGRAM, Event

WIDE = 640
"""Pixels: the width up to which a picture may lie."""
NARROW = 326
"""Pixels: the width of the picture for phones."""
_CHAR = 6.4  # pixels: an average character of the text, which is 12 pixels high
_LINE = 16  # pixels between two lines of text
_BAR = 26  # pixels: the length of a bar that lies
_LONGEST = 44  # characters of what is printed; the list has the whole of it
_SENTENCE = 62  # characters: the words of most steps
_ENDS = ("finish", "fail", "cancelled", "destroy")


@dataclass(frozen=True)
class Links:
    """Where the marks lead, on the same page."""

    code: str = ""
    """The ids of the program's lines, without their numbers; empty if it is not there
    as a whole."""
    output: str = ""
    """The ids of the output's lines."""


@dataclass
class _Step:
    """What a task does between two waits."""

    number: int
    lane: str
    time: float
    events: list[Event] = field(default_factory=list)
    printed: int = 0
    """The first line of the output that it prints, from 1, or 0."""

    @property
    def line(self) -> int:
        """The line of the program that it begins on."""
        return next((event.line for event in self.events if event.line), 0)

    @property
    def end(self) -> Event | None:
        """How it ends, unless the program ends first."""
        last = self.events[-1]
        return last if last.kind in ("suspend", *_ENDS) else None

    @property
    def prints(self) -> list[str]:
        """What it prints, shortened."""
        kinds = ("print", "error")
        return [_quoted(event) for event in self.events if event.kind in kinds]


def _quoted(event: Event) -> str:
    return f"“{textwrap.shorten(event.what, _LONGEST, placeholder='…')}”"


@dataclass
class Story:
    """The events, gathered into steps."""

    lanes: list[str] = field(default_factory=list)
    steps: list[_Step] = field(default_factory=list)
    step_of: list[int] = field(default_factory=list)
    """For each event, the step that it belongs to; -1 for none."""
    lines_of: list[tuple[int, int]] = field(default_factory=list)
    """For each event, the first line that it prints, from 1, and how many."""
    born: dict[str, int] = field(default_factory=dict)
    """The step in which each lane was created, or -1."""
    coroutines: dict[str, str] = field(default_factory=dict)
    wakes: dict[int, int] = field(default_factory=dict)
    """For each step that was waited for, the step that woke it, or -1."""

    @property
    def lines(self) -> int:
        """How many lines are printed."""
        return sum(count for _, count in self.lines_of)


def tell(events: Sequence[Event]) -> Story:
    """Gather events into steps."""
    story = Story()
    running: dict[str, _Step] = {}
    waking: dict[str, int] = {}
    printed = 1
    for event in events:
        step = running.get(event.lane)
        if event.kind in ("create", "ready"):
            step = running.get(event.by[0]) if event.by else None
            _prepare(story, event, step.number if step else -1, waking)
        elif step is None or event.kind in ("start", "resume"):
            step = _begin(story, event, waking)
            running[event.lane] = step
        lines = 0
        if event.kind in ("print", "error"):
            lines = event.more + 1
            if step:
                step.printed = step.printed or printed
        story.lines_of.append((printed, lines))
        printed += lines
        story.step_of.append(step.number if step else -1)
        if step:
            step.events.append(event)
        if event.kind in ("suspend", *_ENDS) or event.lane in (PROGRAM, CALLBACKS):
            running.pop(event.lane, None)
    return story


def _prepare(story: Story, event: Event, by: int, waking: dict[str, int]) -> None:
    """Note that a step makes a lane, or has it go on."""
    if event.kind == "create":
        story.born[event.lane] = by
        story.coroutines[event.lane] = event.what
        story.lanes.append(event.lane)
    else:
        waking[event.lane] = by


def _begin(story: Story, event: Event, waking: dict[str, int]) -> _Step:
    if event.lane not in story.lanes:
        story.lanes.append(event.lane)
        if event.lane in (PROGRAM, CALLBACKS):
            story.lanes.sort(key=lambda lane: lane not in (PROGRAM, CALLBACKS))
    last = story.steps[-1] if story.steps else None
    outside = event.lane in (PROGRAM, CALLBACKS)
    if last and outside and (last.lane, last.time) == (event.lane, event.time):
        return last
    step = _Step(len(story.steps), event.lane, event.time)
    story.steps.append(step)
    if event.kind == "resume" and event.lane in waking:
        story.wakes[step.number] = waking.pop(event.lane)
    return step


def phrases(step: _Step) -> Iterator[str]:
    """What a step is, in pieces of a sentence that begins with its lane's name."""
    created = [event.lane for event in step.events if event.kind == "create"]
    for event in step.events:
        if event.kind == "create" and event.lane == created[0]:
            some = f"{created[0]} to {created[-1]}"
            yield f"creates {some if len(created) > 2 else ' and '.join(created)}"
        elif event.kind == "ready" and event.what == "cancelled":
            yield f"cancels {event.lane}"
        elif event.kind in ("print", "error"):
            yield f"prints {_quoted(event)}"
        elif event.kind not in ("create", "ready"):
            words = event.words.removeprefix(event.lane).strip()
            yield textwrap.shorten(words, 60, placeholder="…")


# -- Marks that both pictures have -----------------------------------------------------


@dataclass
class _Canvas:
    """A growing SVG."""

    links: Links
    parts: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    ready: list[str] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, kind: str = "") -> str:
        """A piece of text; ``kind`` is its class."""
        name = f' class="{kind}"' if kind else ""
        return f'<text x="{x:g}" y="{y:g}"{name}>{html.escape(text)}</text>'

    def link(self, where: str, number: int, label: str, content: str) -> str:
        """Content that leads to a line, if the page has that line."""
        if not (where and number):
            return content
        name = f' aria-label="{html.escape(label)}"' if label else ""
        return f'<a href="#{where}-{number}"{name}>{content}</a>'

    def svg(self, width: float, height: float, title: str, identifier: str) -> str:
        """The whole."""
        paths = "".join(
            f'<path class="{kind}" d="{"".join(pieces)}"/>'
            for kind, pieces in (
                ("tl-wait", self.waits),
                ("tl-ready", self.ready),
                ("tl-arrow", self.arrows),
            )
            if pieces
        )
        return (
            f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" role="group" aria-labelledby="{identifier}">'
            # Sphinx's script must not mark a searched word where nothing is drawn.
            f'<title id="{identifier}" class="nohighlight">{html.escape(title)}</title>'
            f'<desc class="nohighlight">{html.escape(_READ)}</desc>'
            f"{paths}{''.join(self.parts)}</svg>"
        )


_READ = (
    "Each lane is a task. A thick bar runs, a thin line waits, a dashed line waits for "
    "its turn; arrows create a task or wake it."
)


def _end_mark(kind: str, x: float, y: float) -> str:
    """How a lane ends, by shape."""
    if kind == "finish":
        return f'<circle class="tl-end" cx="{x:g}" cy="{y:g}" r="5"/>'
    cross = f"M{x - 4:g} {y - 4:g}l8 8m0-8l-8 8"
    if kind == "fail":
        return f'<path class="tl-mark" d="{cross}"/>'
    slash = f"M{x - 5:g} {y:g}a5 5 0 1 0 10 0a5 5 0 1 0-10 0m1.5 3.5l7-7"
    return f'<path class="tl-mark tl-hollow" d="{slash}"/>'


def _later(seconds: float) -> str:
    return f"{seconds:.3f}".rstrip("0").rstrip(".") + " s later"


def _clock(seconds: float) -> str:
    return f"{seconds:.3f}".rstrip("0").rstrip(".") + " s"


# -- The picture that stands: time runs down -------------------------------------------


@dataclass
class _Standing:
    """A row for each step: its bar on the left, its words on the right."""

    story: Story
    links: Links
    width: int
    gutter = 8

    def __post_init__(self) -> None:
        count = len(self.story.lanes)
        # Room for words on one line, if half of the width is enough for the lanes.
        room = max(self.width * 0.4, self.width - _SENTENCE * _CHAR) - self.gutter
        self.pitch = max(6.0, min(20.0, room / max(count, 1)))
        self.left = self.gutter + count * self.pitch + 8
        self.canvas = _Canvas(self.links)
        self.rows, self.height = self._rows()

    def x(self, lane: str) -> float:
        """The middle of a lane."""
        return self.gutter + (self.story.lanes.index(lane) + 0.5) * self.pitch

    def draw(self, title: str, identifier: str) -> str:
        """The SVG."""
        self._lanes()
        for step, row in zip(self.story.steps, self.rows, strict=True):
            self._step(step, *row)
        return self.canvas.svg(self.width, self.height, title, identifier)

    def _rows(self) -> tuple[list[tuple[float, float, list[str]]], float]:
        """For each step its top and bottom, and its words; and the height of all."""
        y, time, rows = 6.0, 0.0, []
        most = max(12, int((self.width - self.left) / _CHAR))
        for step in self.story.steps:
            if step.time > time:
                words = _later(step.time - time)
                note = self.canvas.text(self.left, y + 15, words, "tl-later")
                self.canvas.parts.append(
                    f'<path class="tl-break" d="M{self.gutter:g} {y + 11:g}'
                    f'H{self.left - 6:g}"/>{note}'
                )
                y, time = y + 24, step.time
            text = f"{step.lane}\N{NO-BREAK SPACE}" + ", ".join(phrases(step))
            # A number stays with its unit.
            text = re.sub(r"(?<=\d) s\b", "\N{NO-BREAK SPACE}s", text)
            lines = textwrap.wrap(text, most, break_long_words=True)
            bottom = y + len(lines) * _LINE + 4
            rows.append((y, bottom, lines))
            y = bottom + 6
        return rows, y + 4

    def _lanes(self) -> None:
        story, rows = self.story, self.rows
        for lane in story.lanes:
            x = self.x(lane)
            steps = [step for step in story.steps if step.lane == lane]
            maker = story.born.get(lane, -1)
            at = rows[maker][0] + 9 if maker >= 0 else None
            if at is not None:
                self._arrow(self.x(story.steps[maker].lane), x, at)
            for step in steps:
                top, bottom, _ = rows[step.number]
                if at is not None:
                    self._between(x, at, top, step)
                at = None if step.end and step.end.kind in _ENDS else bottom
                by = story.wakes.get(step.number, -1)
                if by >= 0:
                    self._arrow(self.x(story.steps[by].lane), x, rows[by][1] - 4)
            if at is not None and lane not in (PROGRAM, CALLBACKS):
                self.canvas.waits.append(f"M{x:g} {at:g}V{self.height:g}")

    def _between(self, x: float, start: float, end: float, step: _Step) -> None:
        by = self.story.wakes.get(step.number)
        if step.events[0].kind != "resume" or by is None:
            self.canvas.ready.append(f"M{x:g} {start:g}V{end:g}")
            return
        woken = self.rows[by][1] - 4 if by >= 0 else end
        woken = min(max(woken, start), end)
        self.canvas.waits.append(f"M{x:g} {start:g}V{woken:g}")
        if woken < end:
            self.canvas.ready.append(f"M{x:g} {woken:g}V{end:g}")

    def _arrow(self, start: float, end: float, y: float) -> None:
        side = 1 if end > start else -1
        tip = end - side * 2
        self.canvas.arrows.append(
            f"M{start:g} {y:g}H{tip:g}m{-side * 4:g}-3l{side * 4:g} 3l{-side * 4:g} 3"
        )

    def _step(
        self, step: _Step, top: float, bottom: float, lines: Sequence[str]
    ) -> None:
        canvas, x = self.canvas, self.x(step.lane)
        wide = min(8.0, self.pitch * 0.7)
        bar = (
            f'<rect class="tl-run" x="{x - wide / 2:g}" y="{top:g}" width="{wide:g}" '
            f'height="{bottom - top:g}" rx="2"/>'
        )
        if step.end and step.end.kind in _ENDS:
            bar += _end_mark(step.end.kind, x, bottom)
        spans = "".join(
            f'<tspan x="{self.left:g}" dy="{_LINE if number else 0}">'
            f"{_bold(line, step.lane) if not number else html.escape(line)}</tspan>"
            for number, line in enumerate(lines)
        )
        text = f'<text x="{self.left:g}" y="{top + 13:g}">{spans}</text>'
        label = f"{step.lane}, line {step.line}"
        where, number = self.links.code, step.line
        if step.printed and self.links.output:
            where, number = self.links.output, step.printed
        canvas.parts.append(
            f'<g class="tl-step" data-step="{step.number}">'
            f"{canvas.link(self.links.code, step.line, label, bar)}"
            f"{canvas.link(where, number, '', text)}</g>"
        )


def _bold(line: str, name: str) -> str:
    rest = line.removeprefix(name)
    return f'<tspan class="tl-name">{html.escape(name)}</tspan>{html.escape(rest)}'


# -- The picture that lies: time runs to the right -------------------------------------


@dataclass
class _Lying:
    """A row for each lane; a column for each step."""

    story: Story
    links: Links
    top = 24

    def __post_init__(self) -> None:
        story = self.story
        names = [max(len(n), len(self._under(n))) for n in story.lanes] or [0]
        self.left = max(names) * _CHAR + 18
        self.canvas = _Canvas(self.links)
        self.y: dict[str, float] = {}
        y = self.top + 14.0
        for lane in story.lanes:
            self.y[lane] = y
            steps = [step for step in story.steps if step.lane == lane]
            most = max([len(step.prints) for step in steps] or [0])
            y += 34 + most * _LINE
        self.height = y - 8
        self.columns, self.width = self._columns()

    def _under(self, lane: str) -> str:
        name = self.story.coroutines.get(lane, "")
        return f"{name}()" if name else ""

    @staticmethod
    def _reason(step: _Step) -> str:
        """What stands over the line after a step."""
        if not step.end or step.end.kind == "finish":
            return ""
        words = step.end.words.removeprefix(step.lane).strip()
        return textwrap.shorten(words, 36, placeholder="…")

    def _columns(self) -> tuple[list[float], float]:
        """Where each step begins, and where the last label ends."""
        found: list[float] = []
        free: dict[str, float] = {}
        x, time = self.left, 0.0
        for step in self.story.steps:
            if step.time > time:
                x, time = x + 44, step.time
            x = max(x, free.get(step.lane, 0))
            found.append(x)
            prints = max([len(text) for text in step.prints] or [0])
            words = len(self._reason(step))
            free[step.lane] = x + max(
                prints * _CHAR + 22, _BAR + (words * _CHAR + 16 if words else 6)
            )
            x += _BAR + 12
        return found, max([x, *free.values()])

    def draw(self, title: str, identifier: str) -> str:
        """The SVG."""
        canvas, time = self.canvas, 0.0
        for lane in self.story.lanes:
            y = self.y[lane]
            canvas.parts.append(canvas.text(0, y + 4, lane, "tl-name"))
            if under := self._under(lane):
                canvas.parts.append(canvas.text(0, y + 4 + _LINE, under, "tl-small"))
        if self.story.steps:
            canvas.parts.append(canvas.text(self.columns[0], 12, "0 s", "tl-later"))
        for step, x in zip(self.story.steps, self.columns, strict=True):
            if step.time > time:
                time = step.time
                canvas.parts.append(
                    canvas.text(x, 12, _clock(time), "tl-later")
                    + f'<path class="tl-break" d="M{x - 22:g} {self.top:g}'
                    f'V{self.height:g}"/>'
                )
            self._step(step, x)
        self._lanes()
        return canvas.svg(self.width, self.height, title, identifier)

    def _step(self, step: _Step, x: float) -> None:
        canvas, y = self.canvas, self.y[step.lane]
        bar = (
            f'<rect class="tl-run" x="{x:g}" y="{y - 5:g}" width="{_BAR}" '
            'height="10" rx="2"/>'
        )
        if step.end and step.end.kind in _ENDS:
            bar += _end_mark(step.end.kind, x + _BAR, y)
        bar += canvas.text(x + _BAR + 8, y - 7, self._reason(step), "tl-small")
        words = f"{step.lane} {', '.join(phrases(step))}"
        parts = canvas.link(self.links.code, step.line, words, bar)
        texts = "".join(
            canvas.text(x + 12, y + 19 + number * _LINE, text)
            for number, text in enumerate(step.prints)
        )
        if texts:
            parts += canvas.link(self.links.output, step.printed, "", texts)
        canvas.parts.append(f'<g class="tl-step" data-step="{step.number}">{parts}</g>')

    def _lanes(self) -> None:
        story = self.story
        for lane in story.lanes:
            maker = story.born.get(lane, -1)
            at = self.columns[maker] + 8 if maker >= 0 else None
            if at is not None:
                self._arrow(story.steps[maker].lane, lane, at)
            for step in (step for step in story.steps if step.lane == lane):
                x = self.columns[step.number]
                if at is not None:
                    self._between(lane, at, x, step)
                at = None if step.end and step.end.kind in _ENDS else x + _BAR
                by = story.wakes.get(step.number, -1)
                if by >= 0:
                    woken = self.columns[by] + _BAR - 6
                    self._arrow(story.steps[by].lane, lane, woken)
            if at is not None and lane not in (PROGRAM, CALLBACKS):
                self.canvas.waits.append(f"M{at:g} {self.y[lane]:g}H{self.width:g}")

    def _between(self, lane: str, start: float, end: float, step: _Step) -> None:
        y = self.y[lane]
        by = self.story.wakes.get(step.number)
        if step.events[0].kind != "resume" or by is None:
            self.canvas.ready.append(f"M{start:g} {y:g}H{end:g}")
            return
        woken = self.columns[by] + _BAR - 6 if by >= 0 else end
        woken = min(max(woken, start), end)
        self.canvas.waits.append(f"M{start:g} {y:g}H{woken:g}")
        if woken < end:
            self.canvas.ready.append(f"M{woken:g} {y:g}H{end:g}")

    def _arrow(self, one: str, other: str, x: float) -> None:
        start, end = self.y[one], self.y[other]
        side = 1 if end > start else -1
        tip = end - side * 2
        self.canvas.arrows.append(
            f"M{x:g} {start:g}V{tip:g}m-3 {-side * 4:g}l3 {side * 4:g}l3 {-side * 4:g}"
        )


# -- Both ------------------------------------------------------------------------------


def title_of(name: str, story: Story) -> str:
    """The name of a picture: how many tasks it shows, and how long it takes."""
    count = sum(lane not in (PROGRAM, CALLBACKS) for lane in story.lanes)
    tasks = "1 task" if count == 1 else f"{count} tasks"
    last = story.steps[-1].time if story.steps else 0
    return f"What {tasks} of {name} did, in {_clock(last)}"


def draw(name: str, events: Sequence[Event], links: Links, identifier: str) -> str:
    """The two pictures of a timeline, as HTML.

    :param name: the program's file name.
    :param identifier: what the ids of the pictures begin with.
    """
    story = tell(events)
    title = title_of(name, story)
    lying = _Lying(story, links)
    wide: _Lying | _Standing = lying
    if lying.width > WIDE:
        wide = _Standing(story, links, WIDE)
    narrow = _Standing(story, links, NARROW)
    return (
        f'<div class="tl-wide">{wide.draw(title, f"{identifier}-wide")}</div>'
        f'<div class="tl-narrow">{narrow.draw(title, f"{identifier}-narrow")}</div>'
    )


def ticks(events: Sequence[Event]) -> list[list[int]]:
    """For each event what a replay has to know, all of it as numbers.

    Milliseconds since the start, the line of the program, the first line of the output
    and how many, and the step.
    """
    story = tell(events)
    return [
        [round(event.time * 1000), event.line, first, count, step]
        for event, (first, count), step in zip(
            events, story.lines_of, story.step_of, strict=True
        )
    ]


def sentences(events: Iterable[Event]) -> Iterator[tuple[float, list[Event]]]:
    """The events that happen at each time."""
    for time, group in itertools.groupby(events, key=lambda event: event.time):
        yield time, list(group)
