"""What the pictures of a timeline have in common: the lines between the bars."""

from abc import ABC, abstractmethod

from example_output.timeline.events import CALLBACKS, PROGRAM
from example_output.timeline.marks import ROUND, Canvas
from example_output.timeline.story import Call, Step, Story


class Picture(ABC):
    """The lines between the bars: waits, and arrows from who creates or wakes a lane.

    It only knows positions along the lanes.
    """

    story: Story
    canvas: Canvas
    runs: bool
    """Whether the program still runs, so that the edge of the picture is now."""
    spans: list[tuple[float, float]]
    """For each step, the start and end of its bar."""
    made: float
    """The distance from the start of a bar to the arrows to lanes that it creates."""
    woken: float
    """The distance from the end of a bar to the arrows to lanes that it wakes."""

    @abstractmethod
    def draw(self, title: str, identifier: str) -> str:
        """The SVG."""

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
