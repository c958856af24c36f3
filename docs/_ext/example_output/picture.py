"""Draw a timeline: as SVG, once for wide pages and once for narrow ones.

A lane is a task, a thick bar is a step of it: what it does between two waits.  Time
runs along the lanes, to the right on a wide page and down on a narrow one, from step to
step, not to scale: what takes no time has room, and what takes long is broken.  A step
in which time passes is drawn in parts, each at its own time, and the bar has no gap.

Pure: text in, text out.  Colours and strokes are the style sheet's, by class.
"""

import html
import itertools
import re
import textwrap
from abc import ABC, abstractmethod
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
_ROUND = 2  # pixels: the corners of a bar
_STRIPE = 6  # pixels between two stripes of a bar that blocks
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
    """What a task does between two waits, or a part of it where time passes within."""

    number: int
    lane: str
    time: float
    """When it begins: the time of all its events."""
    until: float
    """When it ends: later only where it is a block, which is a part of its own."""
    before: int = -1
    """The part of the same step that comes before this one, or -1."""
    goes_on: bool = False
    """Whether a part of the same step comes after this one."""
    events: list[Event] = field(default_factory=list)
    printed: int = 0
    """The first line of the output that it prints, from 1, or 0."""

    @property
    def blocks(self) -> bool:
        """Whether nothing else can run until it ends."""
        return self.until > self.time

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


@dataclass(frozen=True)
class _Call:
    """How a lane came to be made, or to have its turn."""

    by: int
    """The step that did it, or -1 for what is outside all steps."""
    time: float
    next: int
    """The step that is the first to begin after it."""


@dataclass
class Story:
    """The events, gathered into steps."""

    lanes: list[str] = field(default_factory=list)
    steps: list[_Step] = field(default_factory=list)
    """The steps, or their parts, in the order in which they begin."""
    step_of: list[int] = field(default_factory=list)
    """For each event, the step that it belongs to; -1 for none."""
    lines_of: list[tuple[int, int]] = field(default_factory=list)
    """For each event, the first line that it prints, from 1, and how many."""
    born: dict[str, _Call] = field(default_factory=dict)
    """How each lane was created."""
    coroutines: dict[str, str] = field(default_factory=dict)
    wakes: dict[int, _Call] = field(default_factory=dict)
    """For each step that was waited for, what woke it."""

    @property
    def lines(self) -> int:
        """How many lines are printed."""
        return sum(count for _, count in self.lines_of)

    @property
    def end(self) -> float:
        """When the last of it ends, in seconds."""
        return max((step.until for step in self.steps), default=0)

    def steps_of(self, lane: str) -> list[_Step]:
        """The steps of a lane."""
        return [step for step in self.steps if step.lane == lane]


def tell(events: Sequence[Event]) -> Story:
    """Gather events into steps."""
    story = Story()
    running: dict[str, _Step] = {}
    waking: dict[str, _Call] = {}
    printed = 1
    for event, following in itertools.zip_longest(events, events[1:]):
        calls = event.kind in ("create", "ready")
        lane = event.lane if not calls else event.by[0] if event.by else ""
        step = running.get(lane)
        if not calls and (step is None or event.kind in ("start", "resume")):
            step = _begin(story, event, waking)
        if step:
            step = running[lane] = _part(story, step, event, following)
        if calls:
            _prepare(story, event, step, waking)
        lines = 0
        if event.kind in ("print", "error"):
            lines = event.more + 1
            if step:
                step.printed = step.printed or printed
        story.lines_of.append((printed, lines))
        printed += lines
        story.step_of.append(step.number if step else -1)
        if event.kind in ("suspend", *_ENDS) or event.lane in (PROGRAM, CALLBACKS):
            running.pop(event.lane, None)
    return story


def _prepare(
    story: Story, event: Event, step: _Step | None, waking: dict[str, _Call]
) -> None:
    """Note that a lane is made, or has its turn, and by which step."""
    call = _Call(step.number if step else -1, event.time, len(story.steps))
    if event.kind == "create":
        story.born[event.lane] = call
        story.coroutines[event.lane] = event.what
        story.lanes.append(event.lane)
    else:
        waking[event.lane] = call


def _begin(story: Story, event: Event, waking: dict[str, _Call]) -> _Step:
    if event.lane not in story.lanes:
        story.lanes.append(event.lane)
        if event.lane in (PROGRAM, CALLBACKS):
            story.lanes.sort(key=lambda lane: lane not in (PROGRAM, CALLBACKS))
    last = story.steps[-1] if story.steps else None
    outside = event.lane in (PROGRAM, CALLBACKS)
    if last and outside and (last.lane, last.until) == (event.lane, event.time):
        return last
    step = _Step(len(story.steps), event.lane, event.time, event.time)
    story.steps.append(step)
    if event.kind == "resume" and event.lane in waking:
        story.wakes[step.number] = waking.pop(event.lane)
    return step


def _part(story: Story, step: _Step, event: Event, following: Event | None) -> _Step:
    """Add an event to a step: to this part of it, or to a new one if time passes."""
    until = _until(event, following)
    if step.events and (step.blocks or max(event.time, until) > step.time):
        step.goes_on = True
        step = _Step(len(story.steps), step.lane, event.time, until, step.number)
        story.steps.append(step)
    step.until = until
    step.events.append(event)
    return step


def _until(event: Event, following: Event | None) -> float:
    """When an event is over."""
    if event.kind != "block":
        return event.time
    end = round(event.time + float(event.what), 3)
    # What follows knows better, since times are rounded to milliseconds; but while
    # nothing happens, the loop may have waited for longer.
    return following.time if following and following.time < end + 0.002 else end


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
        elif event.kind == "block":
            yield f"blocks the thread for {event.what} s"
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
    blocks: bool = False
    """Whether there is a block, which has to be explained."""

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
        read = f"{_READ} {_READ_BLOCK}" if self.blocks else _READ
        return (
            f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" role="group" aria-labelledby="{identifier}">'
            # Sphinx's script must not mark a searched word where nothing is drawn.
            f'<title id="{identifier}" class="nohighlight">{html.escape(title)}</title>'
            f'<desc class="nohighlight">{html.escape(read)}</desc>'
            f"{paths}{''.join(self.parts)}</svg>"
        )


_READ = (
    "Each lane is a task. A thick bar runs, a thin line waits, a dashed line waits for "
    "its turn; arrows create a task or wake it."
)
_READ_BLOCK = "A striped bar blocks the thread: nothing else can run."


def _end_mark(kind: str, x: float, y: float) -> str:
    """How a lane ends, by shape."""
    if kind == "finish":
        return f'<circle class="tl-end" cx="{x:g}" cy="{y:g}" r="5"/>'
    cross = f"M{x - 4:g} {y - 4:g}l8 8m0-8l-8 8"
    if kind == "fail":
        return f'<path class="tl-mark" d="{cross}"/>'
    slash = f"M{x - 5:g} {y:g}a5 5 0 1 0 10 0a5 5 0 1 0-10 0m1.5 3.5l7-7"
    return f'<path class="tl-mark tl-hollow" d="{slash}"/>'


def _block(x: float, y: float, width: float, height: float) -> str:
    """A bar that blocks, striped: a shape that is told apart without its colour."""
    across, along = sorted((width, height))
    rise = across - 2
    room = along - across - 2
    count = max(1, round(room / _STRIPE))
    stripes = ""
    for number in range(count + 1):
        at = 2 + room * number / count
        left, down = (at, rise) if width > height else (1, at + rise)
        stripes += f"M{x + left:g} {y + down:g}l{rise:g} {-rise:g}"
    return (
        f'<rect class="tl-block" x="{x:g}" y="{y:g}" width="{width:g}" '
        f'height="{height:g}"/><path class="tl-stripes" d="{stripes}"/>'
    )


def _run(x: float, y: float, width: float, height: float, corners: int = _ROUND) -> str:
    """A bar that runs."""
    return (
        f'<rect class="tl-run" x="{x:g}" y="{y:g}" width="{width:g}" '
        f'height="{height:g}" rx="{corners}"/>'
    )


def _later(seconds: float) -> str:
    return f"{_clock(seconds)} later"


def _clock(seconds: float) -> str:
    return f"{seconds:.3f}".rstrip("0").rstrip(".") + " s"


# -- What both have in common ----------------------------------------------------------


class _Picture(ABC):
    """The lines between the bars: who waits, and who makes whom go on.

    Of pixels, only those along the lanes are known here.
    """

    story: Story
    canvas: _Canvas
    spans: list[tuple[float, float]]
    """For each step, where its bar begins and ends."""
    made: float
    """From the beginning of a bar: where it makes a lane."""
    woken: float
    """From the end of a bar: where it wakes a lane."""

    @abstractmethod
    def _line(self, lane: str, start: float, end: float) -> str:
        """A line along a lane."""

    @abstractmethod
    def _arrow(self, one: str, other: str, place: float) -> str:
        """An arrow from lane to lane."""

    def _lanes(self, edge: float) -> None:
        """Draw them all, up to the edge of the picture."""
        story, canvas = self.story, self.canvas
        for lane in story.lanes:
            place = self._birth(lane)
            for step in story.steps_of(lane):
                begin, end = self.spans[step.number]
                if place is not None and step.before < 0:
                    self._between(place, begin, step)
                waits = step.end and step.end.kind == "suspend"
                place = end if waits or lane in (PROGRAM, CALLBACKS) else None
                call = story.wakes.get(step.number)
                if call and call.by >= 0:
                    waker = story.steps[call.by].lane
                    canvas.arrows.append(self._arrow(waker, lane, self._wake(call)))
            if place is not None and lane not in (PROGRAM, CALLBACKS):
                canvas.waits.append(self._line(lane, place, edge))

    def _birth(self, lane: str) -> float | None:
        """Where a lane begins, if that is before its first step."""
        call = self.story.born.get(lane)
        if call and call.by >= 0:
            place = self.spans[call.by][0] + self.made
            maker = self.story.steps[call.by].lane
            self.canvas.arrows.append(self._arrow(maker, lane, place))
            return place
        steps = self.story.steps_of(lane)
        late = call and steps and steps[0].time > call.time
        return self.spans[call.next][0] if call and late else None

    def _wake(self, call: _Call) -> float:
        """Where a step wakes a lane."""
        return self.spans[call.by][1] - self.woken

    def _joint(self, step: _Step) -> tuple[float, float] | None:
        """Where a bar goes on, up to the next part of it: the start and the length."""
        if step.before < 0:
            return None
        # Under corners that are round.
        under = 0 if self.story.steps[step.before].blocks else _ROUND
        start = self.spans[step.before][1] - under
        return start, self.spans[step.number][0] + _ROUND - start

    def _between(self, start: float, end: float, step: _Step) -> None:
        """Draw what a lane does before a step."""
        canvas, lane = self.canvas, step.lane
        call = self.story.wakes.get(step.number)
        if step.events[0].kind != "resume" or call is None:
            canvas.ready.append(self._line(lane, start, end))
            return
        woken = end
        if call.by >= 0:
            woken = self._wake(call)
        elif call.time < step.time:
            woken = self.spans[call.next][0]
        woken = min(max(woken, start), end)
        canvas.waits.append(self._line(lane, start, woken))
        if woken < end:
            canvas.ready.append(self._line(lane, woken, end))


# -- The picture that stands: time runs down -------------------------------------------


@dataclass
class Standing(_Picture):
    """A row for each step: its bar on the left, its words on the right."""

    story: Story
    links: Links
    width: int
    gutter = 8
    made = 9
    woken = 4

    def __post_init__(self) -> None:
        count = len(self.story.lanes)
        # Room for words on one line, if half of the width is enough for the lanes.
        room = max(self.width * 0.4, self.width - _SENTENCE * _CHAR) - self.gutter
        self.pitch = max(6.0, min(20.0, room / max(count, 1)))
        self.bar = min(8.0, self.pitch * 0.7)
        self.left = self.gutter + count * self.pitch + 8
        self.canvas = _Canvas(self.links)
        self.spans = []
        self.words: list[list[str]] = []
        self.height = self._rows()

    def x(self, lane: str) -> float:
        """The middle of a lane."""
        return self.gutter + (self.story.lanes.index(lane) + 0.5) * self.pitch

    def draw(self, title: str, identifier: str) -> str:
        """The SVG."""
        self._lanes(self.height)
        for step, span, lines in zip(
            self.story.steps, self.spans, self.words, strict=True
        ):
            self._step(step, *span, lines)
        return self.canvas.svg(self.width, self.height, title, identifier)

    def _rows(self) -> float:
        """Find the place and the words of each step; and the height of all."""
        y, time = 6.0, 0.0
        for step in self.story.steps:
            if step.time > time:
                y, time = self._break(y, step.time - time), step.time
            lines = self._wrapped(step)
            bottom = y + len(lines) * _LINE + 4
            if step.blocks:
                bottom = self._break(bottom - 4, step.until - time) - 6
                time = step.until
            self.spans.append((y, bottom))
            self.words.append(lines)
            y = bottom + 6
        return y + 4

    def _break(self, y: float, seconds: float) -> float:
        """Let time pass, and say where it goes on."""
        note = self.canvas.text(self.left, y + 15, _later(seconds), "tl-later")
        self.canvas.parts.append(
            f'<path class="tl-break" d="M{self.gutter:g} {y + 11:g}'
            f'H{self.left - 6:g}"/>{note}'
        )
        return y + 24

    def _wrapped(self, step: _Step) -> list[str]:
        """The words of a step, in lines."""
        most = max(12, int((self.width - self.left) / _CHAR))
        text = f"{step.lane}\N{NO-BREAK SPACE}" + ", ".join(phrases(step))
        # A number stays with its unit.
        text = re.sub(r"(?<=\d) s\b", "\N{NO-BREAK SPACE}s", text)
        lines = textwrap.wrap(text, most, break_long_words=True)
        for number, line in enumerate(lines):
            # The words of two lines are not to be read out as one.
            text = text.removeprefix(line)
            if text.startswith(" "):
                lines[number] += " "
                text = text.lstrip(" ")
        return lines

    def _line(self, lane: str, start: float, end: float) -> str:
        return f"M{self.x(lane):g} {start:g}V{end:g}"

    def _arrow(self, one: str, other: str, place: float) -> str:
        start, end = self.x(one), self.x(other)
        side = 1 if end > start else -1
        tip = end - side * 2
        return (
            f"M{start:g} {place:g}H{tip:g}"
            f"m{-side * 4:g}-3l{side * 4:g} 3l{-side * 4:g} 3"
        )

    def _step(
        self, step: _Step, top: float, bottom: float, lines: Sequence[str]
    ) -> None:
        canvas, x, wide = self.canvas, self.x(step.lane), self.bar
        if joint := self._joint(step):
            start, length = joint
            canvas.parts.append(_run(x - wide / 2, start, wide, length, 0))
        bar = _run(x - wide / 2, top, wide, bottom - top)
        if step.blocks:
            canvas.blocks = True
            wide = min(wide + 4, self.pitch)
            bar = _block(x - wide / 2, top, wide, bottom - top)
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
class Lying(_Picture):
    """A row for each lane; a column for each step."""

    story: Story
    links: Links
    top = 24
    made = 8
    woken = 6

    def __post_init__(self) -> None:
        story = self.story
        names = [max(len(n), len(self._under(n))) for n in story.lanes] or [0]
        self.left = max(names) * _CHAR + 18
        self.canvas = _Canvas(self.links)
        self.y: dict[str, float] = {}
        y = self.top + 14.0
        for lane in story.lanes:
            self.y[lane] = y
            most = max([len(step.prints) for step in story.steps_of(lane)] or [0])
            y += 34 + most * _LINE
        self.height = y - 8
        self.spans = []
        self.width = self._columns()

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

    def _columns(self) -> float:
        """Find where each step begins and ends; and where the last label ends."""
        free: dict[str, float] = {}
        x, time, edge = self.left, 0.0, 0.0
        for step in self.story.steps:
            if step.time > time:
                x, time = x + 44, step.time
            x = max(x, free.get(step.lane, 0))
            end = x + _BAR
            if step.blocks:
                time = step.until
                end = x + len(_blocks(step)) * _CHAR + 24
                edge = end + len(_clock(time)) * _CHAR
            self.spans.append((x, end))
            prints = max([len(text) for text in step.prints] or [0])
            words = len(self._reason(step))
            free[step.lane] = max(
                x + prints * _CHAR + 22, end + (words * _CHAR + 16 if words else 6)
            )
            x = end + 12
        return max([x, edge, *free.values()])

    def draw(self, title: str, identifier: str) -> str:
        """The SVG."""
        canvas, time = self.canvas, 0.0
        for lane in self.story.lanes:
            y = self.y[lane]
            canvas.parts.append(canvas.text(0, y + 4, lane, "tl-name"))
            if under := self._under(lane):
                canvas.parts.append(canvas.text(0, y + 4 + _LINE, under, "tl-small"))
        if self.story.steps:
            canvas.parts.append(canvas.text(self.spans[0][0], 12, "0 s", "tl-later"))
        for step, (begin, end) in zip(self.story.steps, self.spans, strict=True):
            if step.time > time:
                self._break(begin, step.time)
            if step.blocks:
                self._break(end, step.until)
            time = step.until
            self._step(step, begin, end)
        self._lanes(self.width)
        return canvas.svg(self.width, self.height, title, identifier)

    def _break(self, x: float, time: float) -> None:
        """Time has passed."""
        self.canvas.parts.append(
            self.canvas.text(x, 12, _clock(time), "tl-later")
            + f'<path class="tl-break" d="M{x - 22:g} {self.top:g}V{self.height:g}"/>'
        )

    def _step(self, step: _Step, begin: float, end: float) -> None:
        canvas, y = self.canvas, self.y[step.lane]
        if joint := self._joint(step):
            start, length = joint
            canvas.parts.append(_run(start, y - 5, length, 10, 0))
        bar = _run(begin, y - 5, end - begin, 10)
        if step.blocks:
            canvas.blocks = True
            bar = _block(begin, y - 7, end - begin, 14)
            bar += canvas.text(begin + 8, y - 11, _blocks(step), "tl-small")
        if step.end and step.end.kind in _ENDS:
            bar += _end_mark(step.end.kind, end, y)
        bar += canvas.text(end + 8, y - 7, self._reason(step), "tl-small")
        words = f"{step.lane} {', '.join(phrases(step))}"
        parts = canvas.link(self.links.code, step.line, words, bar)
        texts = "".join(
            canvas.text(begin + 12, y + 19 + number * _LINE, text)
            for number, text in enumerate(step.prints)
        )
        if texts:
            parts += canvas.link(self.links.output, step.printed, "", texts)
        canvas.parts.append(f'<g class="tl-step" data-step="{step.number}">{parts}</g>')

    def _line(self, lane: str, start: float, end: float) -> str:
        return f"M{start:g} {self.y[lane]:g}H{end:g}"

    def _arrow(self, one: str, other: str, place: float) -> str:
        start, end = self.y[one], self.y[other]
        side = 1 if end > start else -1
        tip = end - side * 2
        return (
            f"M{place:g} {start:g}V{tip:g}"
            f"m-3 {-side * 4:g}l3 {side * 4:g}l3 {-side * 4:g}"
        )


def _blocks(step: _Step) -> str:
    """What stands over a bar that blocks."""
    return f"blocks {step.events[0].what} s"


# -- Both ------------------------------------------------------------------------------


def title_of(name: str, story: Story) -> str:
    """The name of a picture: how many tasks it shows, and how long it takes."""
    count = sum(lane not in (PROGRAM, CALLBACKS) for lane in story.lanes)
    tasks = "1 task" if count == 1 else f"{count} tasks"
    return f"What {tasks} of {name} did, in {_clock(story.end)}"


def draw(name: str, events: Sequence[Event], links: Links, identifier: str) -> str:
    """The two pictures of a timeline, as HTML.

    :param name: the program's file name.
    :param identifier: what the ids of the pictures begin with.
    """
    story = tell(events)
    title = title_of(name, story)
    lying = Lying(story, links)
    wide: Lying | Standing = lying
    if lying.width > WIDE:
        wide = Standing(story, links, WIDE)
    narrow = Standing(story, links, NARROW)
    return (
        f'<div class="tl-wide">{wide.draw(title, f"{identifier}-wide")}</div>'
        f'<div class="tl-narrow">{narrow.draw(title, f"{identifier}-narrow")}</div>'
    )


def ticks(events: Sequence[Event]) -> list[list[int]]:
    """For each event what a replay has to know, all of it as numbers.

    Milliseconds since the start, the line of the program, the first line of the output
    and how many, and the step, or the part of one, that is drawn for it.
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
