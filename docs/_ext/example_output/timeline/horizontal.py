"""The picture in which time runs to the right: a row for each lane."""

from dataclasses import dataclass

from example_output.timeline.columns import (
    MADE,
    SMALL,
    WOKEN,
    Break,
    Columns,
    blocks,
    prints,
    reason,
)
from example_output.timeline.events import label_of
from example_output.timeline.fold import count, is_folded
from example_output.timeline.lanes import Picture
from example_output.timeline.marks import (
    LINE,
    Canvas,
    Links,
    bar_that_runs,
    width_of,
)
from example_output.timeline.story import Step, Story, clock, phrases

_LANE = 40  # pixels: the height of a lane that prints nothing


@dataclass
class Horizontal(Picture):
    """A row for each lane; a column for each step."""

    story: Story
    links: Links
    runs: bool = False
    top = 20
    made = MADE
    woken = WOKEN

    def __post_init__(self) -> None:
        story = self.story
        names = [
            max(width_of(label_of(lane), bold=True), width_of(self._under(lane), SMALL))
            for lane in story.lanes
        ]
        self.canvas = Canvas(self.links)
        self.y: dict[str, float] = {}
        y = self.top + 14.0
        for lane in story.lanes:
            self.y[lane] = y
            most = max([len(prints(step)) for step in story.steps_of(lane)] or [0])
            y += _LANE + most * LINE
        self.height = y - 14
        self.columns = Columns(story, self.y, max(names or [0]) + 18)
        self.spans = self.columns.spans
        self.width = self.columns.width

    def _under(self, lane: str) -> str:
        """The words under the name of a lane."""
        for step in self.story.steps_of(lane):
            if is_folded(step):
                return count(step)
        name = self.story.coroutines.get(lane, "")
        return f"{name}()" if name else ""

    def draw(self, title: str, identifier: str) -> str:
        """The SVG."""
        canvas = self.canvas
        for one in self.columns.breaks:
            self._break(one)
        for lane in self.story.lanes:
            y = self.y[lane]
            canvas.parts.append(canvas.text(0, y + 4, label_of(lane), "tl-name"))
            if under := self._under(lane):
                canvas.parts.append(canvas.text(0, y + 4 + LINE, under, "tl-small"))
        for step, (begin, end) in zip(self.story.steps, self.spans, strict=True):
            self._step(step, begin, end)
        self._lanes(self.width)
        if self.runs:
            canvas.now(f"M{self.width:g} 0V{self.height:g}")
        return canvas.svg(self.width, self.height, title, identifier)

    def _break(self, one: Break) -> None:
        """Draw a break where time passes, and how much."""
        words = clock(one.seconds)
        x = (one.left + one.right - width_of(words, bold=True)) / 2
        self.canvas.parts.append(self.canvas.text(x, 13, words, "tl-later"))
        self.canvas.time_passes(one.left, 0, one.right, self.height)

    def _step(self, step: Step, begin: float, end: float) -> None:
        canvas, y = self.canvas, self.y[step.lane]
        if joint := self._joint(step):
            start, length = joint
            canvas.parts.append(bar_that_runs(start, y - 5, length, 10, 0))
        bar = self._bar(step, begin, end) + canvas.end(step, end, y)
        bar += canvas.text(end + 8, y - 7, reason(step), "tl-small")
        words = f"{label_of(step.lane)} {', '.join(phrases(step))}"
        parts = canvas.link(self.links.code, step.line, words, bar)
        x = self.columns.printed_at(step, begin, end)
        texts = "".join(
            canvas.text(x, y + 19 + number * LINE, text)
            for number, text in enumerate(prints(step))
        )
        if texts:
            parts += canvas.link(self.links.output, step.printed, "", texts)
        canvas.step(step, parts)

    def _bar(self, step: Step, begin: float, end: float) -> str:
        """The bar of a step; several thin ones for several tasks."""
        canvas, y = self.canvas, self.y[step.lane]
        if step.blocks:
            label = canvas.text(begin + 8, y - 11, blocks(step), "tl-small")
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
