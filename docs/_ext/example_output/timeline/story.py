"""The steps of a timeline, what woke each of them, and their words."""

import itertools
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from example_output.timeline.events import (
    BLOCKS,
    CALLBACKS,
    PROGRAM,
    Event,
    listed,
    who,
)
from example_output.timeline.words import _, decimal, ngettext

_LONGEST = 44  # characters of printed text; the list of events has all of it
ENDS = ("finish", "fail", "cancelled", "destroy")


@dataclass
class Step:
    """What a task does between two waits, or a part of it, if time passes meanwhile."""

    number: int
    lane: str
    time: float
    """When it starts: the time of all its events."""
    until: float
    """When it ends: later than ``time`` only for a part that blocks."""
    before: int = -1
    """The previous part of the same step, or -1."""
    goes_on: bool = False
    """Whether another part of the same step follows."""
    events: list[Event] = field(default_factory=list)
    printed: int = 0
    """The first line of the output that it prints, from 1, or 0."""
    same: tuple[int, ...] = ()
    """The steps of tasks that do the same, if it is drawn for all of them."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The steps that it is drawn for."""
        return self.same or (self.number,)

    @property
    def blocks(self) -> bool:
        """Whether nothing else can run until it ends."""
        return self.until > self.time

    @property
    def line(self) -> int:
        """The line of the program at which it starts."""
        return next((event.line for event in self.events if event.line), 0)

    @property
    def end(self) -> Event | None:
        """How it ends, unless the program ends first."""
        last = self.events[-1]
        return last if last.kind in ("suspend", *ENDS) else None

    @property
    def prints(self) -> list[str]:
        """What it prints, shortened."""
        kinds = ("print", "error")
        return [_quoted(event) for event in self.events if event.kind in kinds]


def _quoted(event: Event) -> str:
    return _("“{text}”", text=textwrap.shorten(event.what, _LONGEST, placeholder="…"))


@dataclass(frozen=True)
class Call:
    """What creates or wakes a lane."""

    by: int
    """The step that does it, or -1 if it happens outside all steps."""
    time: float
    next: int
    """The first step that starts after it."""


@dataclass
class Story:
    """The events, grouped into steps."""

    lanes: list[str] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    """The steps, or their parts, in the order in which they start."""
    step_of: list[int] = field(default_factory=list)
    """For each event, the step that it belongs to; -1 for none."""
    lines_of: list[tuple[int, int]] = field(default_factory=list)
    """For each event, the first line that it prints, from 1, and how many."""
    born: dict[str, Call] = field(default_factory=dict)
    """How each lane was created."""
    coroutines: dict[str, str] = field(default_factory=dict)
    wakes: dict[int, Call] = field(default_factory=dict)
    """For each step after a wait, what woke it."""

    @property
    def lines(self) -> int:
        """How many lines are printed."""
        return sum(count for _, count in self.lines_of)

    @property
    def end(self) -> float:
        """When the last step ends, in seconds."""
        return max((step.until for step in self.steps), default=0)

    def steps_of(self, lane: str) -> list[Step]:
        """The steps of a lane."""
        return [step for step in self.steps if step.lane == lane]


def tell(events: Sequence[Event]) -> Story:
    """Group events into steps."""
    story = Story()
    running: dict[str, Step] = {}
    waking: dict[str, Call] = {}
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
        if event.kind in ("suspend", *ENDS) or event.lane in (PROGRAM, CALLBACKS):
            running.pop(event.lane, None)
    return story


def _prepare(
    story: Story, event: Event, step: Step | None, waking: dict[str, Call]
) -> None:
    """Note which step creates or wakes a lane."""
    call = Call(step.number if step else -1, event.time, len(story.steps))
    if event.kind == "create":
        story.born[event.lane] = call
        story.coroutines[event.lane] = event.what
        story.lanes.append(event.lane)
    else:
        waking[event.lane] = call


def _begin(story: Story, event: Event, waking: dict[str, Call]) -> Step:
    if event.lane not in story.lanes:
        story.lanes.append(event.lane)
        if event.lane in (PROGRAM, CALLBACKS):
            story.lanes.sort(key=lambda lane: lane not in (PROGRAM, CALLBACKS))
    last = story.steps[-1] if story.steps else None
    outside = event.lane in (PROGRAM, CALLBACKS)
    if last and outside and (last.lane, last.until) == (event.lane, event.time):
        return last
    step = Step(len(story.steps), event.lane, event.time, event.time)
    story.steps.append(step)
    if event.kind == "resume" and event.lane in waking:
        story.wakes[step.number] = waking.pop(event.lane)
    return step


def _part(story: Story, step: Step, event: Event, following: Event | None) -> Step:
    """Add an event to a step: to this part of it, or to a new one if time passes."""
    until = _until(event, following)
    if step.events and (step.blocks or max(event.time, until) > step.time):
        step.goes_on = True
        step = Step(len(story.steps), step.lane, event.time, until, step.number)
        story.steps.append(step)
    step.until = until
    step.events.append(event)
    return step


def _until(event: Event, following: Event | None) -> float:
    """When an event ends."""
    if event.kind not in BLOCKS:
        return event.time
    end = round(event.time + float(event.what), 3)
    # The time of the next event is more accurate, because times are rounded to
    # milliseconds; but the loop may have waited before it.
    return following.time if following and following.time < end + 0.002 else end


def phrases(step: Step) -> Iterator[str]:
    """The clauses of a sentence about a step; its subject is the name of the lane."""
    created = [event.lane for event in step.events if event.kind == "create"]
    for event in step.events:
        if event.kind == "create" and event.lane == created[0]:
            yield _("creates {tasks}", tasks=from_to(created))
        elif event.kind == "ready" and event.what == "cancelled":
            yield _("cancels {task}", task=event.lane)
        elif event.kind in ("print", "error"):
            yield _("prints {text}", text=_quoted(event))
        elif event.kind in BLOCKS:
            yield event.words.removeprefix(who(event)).strip()
        elif event.kind not in ("create", "ready"):
            words = event.words.removeprefix(event.lane).strip()
            yield textwrap.shorten(words, 60, placeholder="…")


def from_to(lanes: Sequence[str]) -> str:
    """``Task-1 and Task-2``, or ``Task-1 to Task-3``."""
    if len(lanes) < 3:
        return listed(lanes)
    return _("{first} to {last}", first=lanes[0], last=lanes[-1])


def clock(seconds: float) -> str:
    """A time to the millisecond, without zeros at its end."""
    return decimal(f"{seconds:.3f}".rstrip("0").rstrip(".")) + " s"


def title_of(name: str, story: Story) -> str:
    """The title of a picture: the number of tasks and the duration."""
    count = sum(lane not in (PROGRAM, CALLBACKS) for lane in story.lanes)
    return ngettext(
        "What {n} task of {name} did, in {time}",
        "What {n} tasks of {name} did, in {time}",
        count,
        name=name,
        time=clock(story.end),
    )


def ticks(events: Sequence[Event]) -> list[list[int]]:
    """The numbers that a replay needs for each event.

    Milliseconds since the start, the line of the program, the first line of its output
    and the number of lines, and the step, or part of a step, that is drawn for it.
    """
    story = tell(events)
    return [
        [round(event.time * 1000), event.line, first, count, step]
        for event, (first, count), step in zip(
            events, story.lines_of, story.step_of, strict=True
        )
    ]


def sentences(events: Iterable[Event]) -> Iterator[tuple[float, list[Event]]]:
    """Yield each time with the events that happen at it."""
    for time, group in itertools.groupby(events, key=lambda event: event.time):
        yield time, list(group)
