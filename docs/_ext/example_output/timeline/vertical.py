"""The picture in which time runs down: a row of words for each step."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from example_output.timeline.events import label_of
from example_output.timeline.fold import count, is_folded
from example_output.timeline.lanes import Picture
from example_output.timeline.marks import (
    LINE,
    Canvas,
    Links,
    bar_that_runs,
    escape,
    later,
    width_of,
    wrap,
)
from example_output.timeline.story import Step, Story, phrases
from example_output.timeline.words import _

_HEADS = 0.3  # of the width, for lanes that have their names as heads
_BREAK = 20  # pixels: the height of a break


@dataclass
class Vertical(Picture):
    """A row for each step: its bar on the left, its words on the right."""

    story: Story
    links: Links
    width: int
    runs: bool = False
    gutter = 8
    made = 9
    woken = 4

    def __post_init__(self) -> None:
        lanes = self.story.lanes
        count = max(len(lanes), 1)
        names = map(label_of, lanes)
        widest = max([width_of(name, 11, bold=True) for name in names] or [0]) + 10
        self.heads = widest * count <= self.width * _HEADS
        room = self.width * 0.4 - self.gutter
        self.pitch = widest if self.heads else max(6.0, min(20.0, room / count))
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
        if self.runs:
            self.canvas.now(f"M0 {self.height:g}H{self.width:g}")
        for lane in self.story.lanes if self.heads else ():
            name = label_of(lane)
            x = self.x(lane) - width_of(name, 11, bold=True) / 2
            self.canvas.parts.append(self.canvas.text(x, 11, name, "tl-head"))
        for step, span, lines in zip(
            self.story.steps, self.spans, self.words, strict=True
        ):
            self._step(step, *span, lines)
        return self.canvas.svg(self.width, self.height, title, identifier)

    def _rows(self) -> float:
        """Set the position and the words of each step; return the total height."""
        y, time = 22.0 if self.heads else 6.0, 0.0
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
        canvas = self.canvas
        canvas.parts.append(
            canvas.text(self.left, y + 14.5, later(seconds), "tl-later")
        )
        canvas.time_passes(0, y, self.width, y + _BREAK)
        return y + _BREAK + 6

    def _wrapped(self, step: Step) -> list[str]:
        """The words of a step, wrapped into lines."""
        told = f": {count(step)}" if is_folded(step) else ""
        told = told or "\N{NO-BREAK SPACE}" + ", ".join(phrases(step))
        # Keep a number and its unit on one line.
        text = re.sub(
            r"(?<=\d) s\b", "\N{NO-BREAK SPACE}s", f"{label_of(step.lane)}{told}"
        )
        # Screen readers must not join words of two lines, so each keeps its space.
        return wrap(text, self.width - self.left)

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

    def _bar(self, step: Step, top: float, bottom: float) -> str:
        """The bar of a step; several thin ones for several tasks."""
        x, wide = self.x(step.lane), self.bar
        if is_folded(step):
            thin = wide / 4
            return "".join(
                self.canvas.bar(
                    step, x + at * thin * 1.5 - thin / 2, top, thin, bottom - top
                )
                for at in (-1, 0, 1)
            )
        wide = min(wide + 4, self.pitch) if step.blocks else wide
        return self.canvas.bar(step, x - wide / 2, top, wide, bottom - top)

    def _step(
        self, step: Step, top: float, bottom: float, lines: Sequence[str]
    ) -> None:
        canvas, x = self.canvas, self.x(step.lane)
        if joint := self._joint(step):
            start, length = joint
            wide = self.bar
            canvas.parts.append(bar_that_runs(x - wide / 2, start, wide, length, 0))
        bar = self._bar(step, top, bottom) + canvas.end(step, x, bottom)
        name = label_of(step.lane)
        spans = "".join(
            f'<tspan x="{self.left:g}" dy="{LINE if number else 0}">'
            f"{_bold(line, name) if not number else escape(line)}</tspan>"
            for number, line in enumerate(lines)
        )
        text = f'<text x="{self.left:g}" y="{top + 13:g}">{spans}</text>'
        label = _("{task}, line {line}", task=name, line=step.line)
        where, number = self.links.code, step.line
        if step.printed and self.links.output:
            where, number = self.links.output, step.printed
        canvas.step(
            step,
            f"{canvas.link(self.links.code, step.line, label, bar)}"
            f"{canvas.link(where, number, '', text)}",
        )


def _bold(line: str, name: str) -> str:
    rest = line.removeprefix(name)
    if rest == line:
        return escape(line)
    return f'<tspan class="tl-name">{escape(name)}</tspan>{escape(rest)}'
