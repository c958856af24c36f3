"""Where the steps of a picture stand in which time runs to the right."""

import textwrap
from collections.abc import Mapping
from typing import NamedTuple

from example_output.timeline.fold import is_folded
from example_output.timeline.marks import BAR, LINE, width_of
from example_output.timeline.story import Step, Story, clock
from example_output.timeline.words import _, decimal

SMALL = 11  # pixels: the height of the letters over lines
MADE = 8  # pixels from the start of a bar to the arrows to lanes that it creates
WOKEN = 6  # pixels from the end of a bar to the arrows to lanes that it wakes
_BREAK = 44  # pixels: the least width of a break
_AIR = 3  # pixels between an arrow and the words beside it

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""


class Break(NamedTuple):
    """A part of the picture in which time passes."""

    left: float
    right: float
    seconds: float


class Columns:
    """The places of the steps, so that no arrow crosses words.

    :param y: the middle of each lane.
    :param left: where the first step begins.
    """

    def __init__(self, story: Story, y: Mapping[str, float], left: float) -> None:
        self.story = story
        self.y = y
        self.spans: list[tuple[float, float]] = []
        """For each step, the start and end of its bar."""
        self.breaks: list[Break] = []
        self._words: list[Box] = []
        self.width = self._place(left)
        """The end of the last label."""

    def _place(self, x: float) -> float:
        free: dict[str, float] = {}
        time, edge = 0.0, 0.0
        for step in self.story.steps:
            begin = x
            if step.time > time:
                wide = max(_BREAK, width_of(clock(step.time - time), bold=True) + 16)
                x = begin + wide + 6
            x = self._clear(step, max(x, free.get(step.lane, 0)))
            if step.time > time:
                self.breaks.append(Break(begin - 7, x - 5, step.time - time))
                time = step.time
            end = x + BAR
            if step.blocks:
                end = x + width_of(blocks(step), SMALL) + 24
                self.breaks.append(Break(x + 1, end - 1, step.until - time))
                time = step.until
            self.spans.append((x, end))
            free[step.lane] = self._label(step, x, end)
            x = end + 12
            edge = max(edge, end + 6, free[step.lane] - 8)
        return edge

    def _label(self, step: Step, begin: float, end: float) -> float:
        """Note where the words of a step are; return where the next bar may begin."""
        y, places = self.y[step.lane], []
        x = self.printed_at(step, begin, end)
        for number, text in enumerate(prints(step)):
            top = y + 9 + number * LINE
            places.append((x, top, x + width_of(text), top + 13))
        if words := reason(step):
            width = width_of(words, SMALL)
            places.append((end + 8, y - 17, end + 8 + width, y - 4))
        self._words += places
        return max([end + 6, *(right + 10 for _, _, right, _ in places)])

    def printed_at(self, step: Step, begin: float, end: float) -> float:
        """Where the words under a bar begin: beside an arrow that leads down."""
        y = self.y[step.lane]
        down = any(self.y[lane] > y for lane in self._woken(step))
        return end - WOKEN + 2 + _AIR if down else begin + 12

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
        lanes = [(MADE, lane) for lane in made]
        lanes += [(BAR - WOKEN, lane) for lane in self._woken(step)]
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
                for left, upper, right, lower in self._words:
                    over = left - _AIR < x + place < right + _AIR
                    if over and top < lower and upper < bottom:
                        x, moved = right + _AIR - place, True
        return x


def prints(step: Step) -> list[str]:
    """The words under a bar."""
    return [] if is_folded(step) else step.prints


def reason(step: Step) -> str:
    """The label over the line after a step."""
    if not step.end or step.end.kind == "finish":
        return ""
    words = step.end.words.removeprefix(step.end.lane).strip()
    return textwrap.shorten(words, 36, placeholder="\N{HORIZONTAL ELLIPSIS}")


def blocks(step: Step) -> str:
    """The label over a bar that blocks."""
    event = step.events[0]
    if event.kind == "block":
        return _("blocks {time} s", time=decimal(event.what))
    return _("computes about {time} s", time=decimal(event.what))
