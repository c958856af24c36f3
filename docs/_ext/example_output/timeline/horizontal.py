"""The picture in which time runs to the right: a row for each lane."""

import textwrap
from dataclasses import dataclass

from example_output.timeline.fold import count, is_folded
from example_output.timeline.lanes import Picture
from example_output.timeline.marks import (
    BAR,
    LINE,
    Canvas,
    Links,
    bar_that_runs,
    width_of,
)
from example_output.timeline.story import Step, Story, clock, phrases

_SMALL = 11  # pixels: the height of the letters over lines
_LANE = 40  # pixels: the height of a lane that prints nothing
_BREAK = 44  # pixels: the least width of a break
_AIR = 3  # pixels between an arrow and the words beside it

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


@dataclass
class Horizontal(Picture):
    """A row for each lane; a column for each step."""

    story: Story
    links: Links
    top = 20
    made = 8
    woken = 6

    def __post_init__(self) -> None:
        story = self.story
        names = [
            max(width_of(lane, bold=True), width_of(self._under(lane), _SMALL))
            for lane in story.lanes
        ]
        self.left = max(names or [0]) + 18
        self.canvas = Canvas(self.links)
        self.y: dict[str, float] = {}
        y = self.top + 14.0
        for lane in story.lanes:
            self.y[lane] = y
            most = max(
                [len(self._prints(step)) for step in story.steps_of(lane)] or [0]
            )
            y += _LANE + most * LINE
        self.height = y - 14
        self.spans = []
        self.words: list[Box] = []
        """Where there are words, which no arrow crosses."""
        self.width = self._columns()

    def _under(self, lane: str) -> str:
        """The words under the name of a lane."""
        for step in self.story.steps_of(lane):
            if is_folded(step):
                return count(step)
        name = self.story.coroutines.get(lane, "")
        return f"{name}()" if name else ""

    @staticmethod
    def _prints(step: Step) -> list[str]:
        """The words under a bar."""
        return [] if is_folded(step) else step.prints

    @staticmethod
    def _reason(step: Step) -> str:
        """The label over the line after a step."""
        if not step.end or step.end.kind == "finish":
            return ""
        words = step.end.words.removeprefix(step.end.lane).strip()
        return textwrap.shorten(words, 36, placeholder="\N{HORIZONTAL ELLIPSIS}")

    # -- Places ------------------------------------------------------------------------

    def _columns(self) -> float:
        """Set the start and end of each step; return the end of the last label."""
        free: dict[str, float] = {}
        x, time, edge = self.left, 0.0, 0.0
        for step in self.story.steps:
            begin = x
            if step.time > time:
                wide = max(_BREAK, width_of(_passed(step.time - time), bold=True) + 16)
                x = begin + wide + 6
            x = self._clear(step, max(x, free.get(step.lane, 0)))
            if step.time > time:
                self._break(begin - 7, x - 5, step.time - time)
                time = step.time
            end = x + BAR
            if step.blocks:
                end = x + width_of(_blocks(step), _SMALL) + 24
                self._break(x + 1, end - 1, step.until - time)
                time = step.until
            self.spans.append((x, end))
            free[step.lane] = self._label(step, x, end)
            x = end + 12
            edge = max(edge, end + 6, free[step.lane] - 8)
        return edge

    def _label(self, step: Step, begin: float, end: float) -> float:
        """Note where the words of a step are; return where the next bar may begin."""
        y, places = self.y[step.lane], []
        x = self._printed_at(step, begin, end)
        for number, text in enumerate(self._prints(step)):
            top = y + 9 + number * LINE
            places.append((x, top, x + width_of(text), top + 13))
        if reason := self._reason(step):
            width = width_of(reason, _SMALL)
            places.append((end + 8, y - 17, end + 8 + width, y - 4))
        self.words += places
        return max([end + 6, *(right + 10 for _, _, right, _ in places)])

    def _printed_at(self, step: Step, begin: float, end: float) -> float:
        """Where the words under a bar begin: beside an arrow that leads down."""
        y = self.y[step.lane]
        down = any(self.y[lane] > y for lane in self._woken(step))
        return end - self.woken + 2 + _AIR if down else begin + 12

    def _woken(self, step: Step) -> list[str]:
        """The lanes that a step wakes."""
        steps = self.story.steps
        calls = self.story.wakes.items()
        return [steps[n].lane for n, call in calls if call.by == step.number]

    def _shafts(self, step: Step) -> list[tuple[float, float, float]]:
        """The arrows from a step: distance from its start, top and bottom."""
        y = self.y[step.lane]
        born = self.story.born.items()
        made = [lane for lane, call in born if call.by == step.number]
        lanes = [(self.made, lane) for lane in made]
        lanes += [(BAR - self.woken, lane) for lane in self._woken(step)]
        return [
            (place, *sorted((y, self.y[lane])))  # type: ignore[misc]
            for place, lane in lanes
        ]

    def _clear(self, step: Step, x: float) -> float:
        """The place from ``x`` on at which no arrow of a step crosses words."""
        moved = True
        while moved:
            moved = False
            for place, top, bottom in self._shafts(step):
                for left, upper, right, lower in self.words:
                    over = left - _AIR < x + place < right + _AIR
                    if over and top < lower and upper < bottom:
                        x, moved = right + _AIR - place, True
        return x

    # -- Drawing -----------------------------------------------------------------------

    def draw(self, title: str, identifier: str) -> str:
        """The SVG."""
        canvas = self.canvas
        for lane in self.story.lanes:
            y = self.y[lane]
            canvas.parts.append(canvas.text(0, y + 4, lane, "tl-name"))
            if under := self._under(lane):
                canvas.parts.append(canvas.text(0, y + 4 + LINE, under, "tl-small"))
        for step, (begin, end) in zip(self.story.steps, self.spans, strict=True):
            self._step(step, begin, end)
        self._lanes(self.width)
        return canvas.svg(self.width, self.height, title, identifier)

    def _break(self, left: float, right: float, seconds: float) -> None:
        """Draw a break where time passes, and how much."""
        words = _passed(seconds)
        x = (left + right - width_of(words, bold=True)) / 2
        self.canvas.parts.append(self.canvas.text(x, 13, words, "tl-later"))
        self.canvas.time_passes(left, 0, right, self.height)

    def _step(self, step: Step, begin: float, end: float) -> None:
        canvas, y = self.canvas, self.y[step.lane]
        if joint := self._joint(step):
            start, length = joint
            canvas.parts.append(bar_that_runs(start, y - 5, length, 10, 0))
        bar = self._bar(step, begin, end) + canvas.end(step, end, y)
        bar += canvas.text(end + 8, y - 7, self._reason(step), "tl-small")
        words = f"{step.lane} {', '.join(phrases(step))}"
        parts = canvas.link(self.links.code, step.line, words, bar)
        x = self._printed_at(step, begin, end)
        texts = "".join(
            canvas.text(x, y + 19 + number * LINE, text)
            for number, text in enumerate(self._prints(step))
        )
        if texts:
            parts += canvas.link(self.links.output, step.printed, "", texts)
        canvas.step(step, parts)

    def _bar(self, step: Step, begin: float, end: float) -> str:
        """The bar of a step; several thin ones for several tasks."""
        canvas, y = self.canvas, self.y[step.lane]
        if step.blocks:
            label = canvas.text(begin + 8, y - 11, _blocks(step), "tl-small")
            return canvas.bar(step, begin, y - 7, end - begin, 14) + label
        if is_folded(step):
            return "".join(
                canvas.bar(step, begin, y + at, end - begin, 2.5)
                for at in (-5, -1.25, 2.5)
            )
        return canvas.bar(step, begin, y - 5, end - begin, 10)

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


def _passed(seconds: float) -> str:
    """The label of a break."""
    return clock(seconds)
