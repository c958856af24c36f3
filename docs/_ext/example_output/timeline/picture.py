"""Draw a timeline as SVG, once for wide pages and once for narrow ones.

Each lane is a task, and each thick bar is a step of it: what it does between two waits.
Time runs along the lanes, to the right on wide pages and down on narrow ones.  It is
not to scale: every step has the room for its words, and breaks stand for long waits.  A
step in which time passes is drawn in parts, each at its own time, as one bar.

Pure: text in, text out.  The style sheet sets colours and strokes, by class.
"""

import html
import re
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from example_output.timeline.events import CALLBACKS, PROGRAM, Event
from example_output.timeline.marks import (
    BAR,
    CHAR,
    LINE,
    ROUND,
    SENTENCE,
    Canvas,
    Links,
    bar_that_blocks,
    bar_that_runs,
    end_mark,
    later,
)
from example_output.timeline.story import (
    ENDS,
    Call,
    Step,
    Story,
    clock,
    phrases,
    tell,
    title_of,
)

WIDE = 640
"""Pixels: the maximum width of a horizontal picture."""
NARROW = 326
"""Pixels: the width of the picture for phones."""


# -- The common base -------------------------------------------------------------------


class _Picture(ABC):
    """The lines between the bars: waits, and arrows from who creates or wakes a lane.

    It only knows positions along the lanes.
    """

    story: Story
    canvas: Canvas
    spans: list[tuple[float, float]]
    """For each step, the start and end of its bar."""
    made: float
    """The distance from the start of a bar to the arrows to lanes that it creates."""
    woken: float
    """The distance from the end of a bar to the arrows to lanes that it wakes."""

    @abstractmethod
    def _line(self, lane: str, start: float, end: float) -> str:
        """A line along a lane."""

    @abstractmethod
    def _arrow(self, one: str, other: str, place: float) -> str:
        """An arrow from lane to lane."""

    def _lanes(self, edge: float) -> None:
        """Draw all lanes, up to the edge of the picture."""
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
        """Where a lane starts, if that is before its first step."""
        call = self.story.born.get(lane)
        if call and call.by >= 0:
            place = self.spans[call.by][0] + self.made
            maker = self.story.steps[call.by].lane
            self.canvas.arrows.append(self._arrow(maker, lane, place))
            return place
        steps = self.story.steps_of(lane)
        waits = call and steps and steps[0].time > call.time
        return self.spans[call.next][0] if call and waits else None

    def _wake(self, call: Call) -> float:
        """Where a step wakes a lane."""
        return self.spans[call.by][1] - self.woken

    def _joint(self, step: Step) -> tuple[float, float] | None:
        """The start and length of the joint between a part of a bar and the next."""
        if step.before < 0:
            return None
        # It reaches under rounded corners.
        under = 0 if self.story.steps[step.before].blocks else ROUND
        start = self.spans[step.before][1] - under
        return start, self.spans[step.number][0] + ROUND - start

    def _between(self, start: float, end: float, step: Step) -> None:
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


# -- The vertical picture: time runs down ----------------------------------------------


@dataclass
class Vertical(_Picture):
    """A row for each step: its bar on the left, its words on the right."""

    story: Story
    links: Links
    width: int
    gutter = 8
    made = 9
    woken = 4

    def __post_init__(self) -> None:
        count = len(self.story.lanes)
        # Leave room for the words on one line, if the lanes fit beside them.
        room = max(self.width * 0.4, self.width - SENTENCE * CHAR) - self.gutter
        self.pitch = max(6.0, min(20.0, room / max(count, 1)))
        self.bar = min(8.0, self.pitch * 0.7)
        self.left = self.gutter + count * self.pitch + 8
        self.canvas = Canvas(self.links)
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
        """Set the position and the words of each step; return the total height."""
        y, time = 6.0, 0.0
        for step in self.story.steps:
            if step.time > time:
                y, time = self._break(y, step.time - time), step.time
            lines = self._wrapped(step)
            bottom = y + len(lines) * LINE + 4
            if step.blocks:
                bottom = self._break(bottom - 4, step.until - time) - 6
                time = step.until
            self.spans.append((y, bottom))
            self.words.append(lines)
            y = bottom + 6
        return y + 4

    def _break(self, y: float, seconds: float) -> float:
        """Draw a break where time passes; return where the next step starts."""
        note = self.canvas.text(self.left, y + 15, later(seconds), "tl-later")
        self.canvas.parts.append(
            f'<path class="tl-break" d="M{self.gutter:g} {y + 11:g}'
            f'H{self.left - 6:g}"/>{note}'
        )
        return y + 24

    def _wrapped(self, step: Step) -> list[str]:
        """The words of a step, wrapped into lines."""
        most = max(12, int((self.width - self.left) / CHAR))
        text = f"{step.lane}\N{NO-BREAK SPACE}" + ", ".join(phrases(step))
        # Keep a number and its unit on one line.
        text = re.sub(r"(?<=\d) s\b", "\N{NO-BREAK SPACE}s", text)
        lines = textwrap.wrap(text, most, break_long_words=True)
        for number, line in enumerate(lines):
            # Screen readers must not join words of two lines.
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
        self, step: Step, top: float, bottom: float, lines: Sequence[str]
    ) -> None:
        canvas, x, wide = self.canvas, self.x(step.lane), self.bar
        if joint := self._joint(step):
            start, length = joint
            canvas.parts.append(bar_that_runs(x - wide / 2, start, wide, length, 0))
        bar = bar_that_runs(x - wide / 2, top, wide, bottom - top)
        if step.blocks:
            canvas.blocks = True
            wide = min(wide + 4, self.pitch)
            bar = bar_that_blocks(x - wide / 2, top, wide, bottom - top)
        if step.end and step.end.kind in ENDS:
            bar += end_mark(step.end.kind, x, bottom)
        spans = "".join(
            f'<tspan x="{self.left:g}" dy="{LINE if number else 0}">'
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


# -- The horizontal picture: time runs to the right ------------------------------------


@dataclass
class Horizontal(_Picture):
    """A row for each lane; a column for each step."""

    story: Story
    links: Links
    top = 24
    made = 8
    woken = 6

    def __post_init__(self) -> None:
        story = self.story
        names = [max(len(n), len(self._under(n))) for n in story.lanes] or [0]
        self.left = max(names) * CHAR + 18
        self.canvas = Canvas(self.links)
        self.y: dict[str, float] = {}
        y = self.top + 14.0
        for lane in story.lanes:
            self.y[lane] = y
            most = max([len(step.prints) for step in story.steps_of(lane)] or [0])
            y += 34 + most * LINE
        self.height = y - 8
        self.spans = []
        self.width = self._columns()

    def _under(self, lane: str) -> str:
        name = self.story.coroutines.get(lane, "")
        return f"{name}()" if name else ""

    @staticmethod
    def _reason(step: Step) -> str:
        """The label over the line after a step."""
        if not step.end or step.end.kind == "finish":
            return ""
        words = step.end.words.removeprefix(step.lane).strip()
        return textwrap.shorten(words, 36, placeholder="…")

    def _columns(self) -> float:
        """Set the start and end of each step; return the end of the last label."""
        free: dict[str, float] = {}
        x, time, edge = self.left, 0.0, 0.0
        for step in self.story.steps:
            if step.time > time:
                x, time = x + 44, step.time
            x = max(x, free.get(step.lane, 0))
            end = x + BAR
            if step.blocks:
                time = step.until
                end = x + len(_blocks(step)) * CHAR + 24
                edge = end + len(clock(time)) * CHAR
            self.spans.append((x, end))
            prints = max([len(text) for text in step.prints] or [0])
            words = len(self._reason(step))
            free[step.lane] = max(
                x + prints * CHAR + 22, end + (words * CHAR + 16 if words else 6)
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
                canvas.parts.append(canvas.text(0, y + 4 + LINE, under, "tl-small"))
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
        """Draw a break where time passes."""
        self.canvas.parts.append(
            self.canvas.text(x, 12, clock(time), "tl-later")
            + f'<path class="tl-break" d="M{x - 22:g} {self.top:g}V{self.height:g}"/>'
        )

    def _step(self, step: Step, begin: float, end: float) -> None:
        canvas, y = self.canvas, self.y[step.lane]
        if joint := self._joint(step):
            start, length = joint
            canvas.parts.append(bar_that_runs(start, y - 5, length, 10, 0))
        bar = bar_that_runs(begin, y - 5, end - begin, 10)
        if step.blocks:
            canvas.blocks = True
            bar = bar_that_blocks(begin, y - 7, end - begin, 14)
            bar += canvas.text(begin + 8, y - 11, _blocks(step), "tl-small")
        if step.end and step.end.kind in ENDS:
            bar += end_mark(step.end.kind, end, y)
        bar += canvas.text(end + 8, y - 7, self._reason(step), "tl-small")
        words = f"{step.lane} {', '.join(phrases(step))}"
        parts = canvas.link(self.links.code, step.line, words, bar)
        texts = "".join(
            canvas.text(begin + 12, y + 19 + number * LINE, text)
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


def _blocks(step: Step) -> str:
    """The label over a bar that blocks."""
    return f"blocks {step.events[0].what} s"


# -- Both pictures ---------------------------------------------------------------------


def draw(name: str, events: Sequence[Event], links: Links, identifier: str) -> str:
    """The two pictures of a timeline, as HTML.

    :param name: the program's file name.
    :param identifier: the prefix of the pictures' ids.
    """
    story = tell(events)
    title = title_of(name, story)
    horizontal = Horizontal(story, links)
    wide: Horizontal | Vertical = horizontal
    if horizontal.width > WIDE:
        wide = Vertical(story, links, WIDE)
    narrow = Vertical(story, links, NARROW)
    return (
        f'<div class="tl-wide">{wide.draw(title, f"{identifier}-wide")}</div>'
        f'<div class="tl-narrow">{narrow.draw(title, f"{identifier}-narrow")}</div>'
    )
