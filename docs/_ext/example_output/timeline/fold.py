"""Draw tasks that do the same as one lane: ``Task-3 … Task-20``.

The first and the last of them keep their lanes, so that a reader sees what is the same.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from example_output.timeline.story import Call, Step, Story, phrases
from example_output.timeline.words import ngettext

_FEWEST = 3  # lanes that are worth folding


def fold(story: Story) -> Story:
    """A story with fewer lanes, or the same one if no lanes do the same."""
    for lanes in _alike(story):
        story = _folded(story, lanes)
    return story


def _alike(story: Story) -> list[list[str]]:
    """The lanes between the first and the last of some that do the same."""
    groups = itertools.groupby(story.lanes, lambda lane: _deeds(story, lane))
    inner = [list(lanes)[1:-1] for _, lanes in groups]
    return [lanes for lanes in inner if len(lanes) >= _FEWEST and _apart(story, lanes)]


def _deeds(story: Story, lane: str) -> object:
    """What a lane does, but for numbers; lanes that do the same are equal."""
    steps = story.steps_of(lane)
    if lane not in story.born or not steps:
        return lane
    deeds = [
        (step.time, step.until, [re.sub(r"\d+", "#", text) for text in phrases(step)])
        for step in steps
    ]
    return story.coroutines.get(lane), deeds


def _apart(story: Story, lanes: list[str]) -> bool:
    """Whether the lanes do each step one after the other, and have no arrows out."""
    calls = [*story.born.values(), *story.wakes.values()]
    own = {step.number for lane in lanes for step in story.steps_of(lane)}
    if any(call.by in own for call in calls):
        return False
    for steps in zip(*(story.steps_of(lane) for lane in lanes), strict=True):
        numbers = [step.number for step in steps]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            return False
    return True


def _folded(story: Story, lanes: list[str]) -> Story:
    """A story in which some lanes are one."""
    first, *others = lanes
    name = f"{first} \N{HORIZONTAL ELLIPSIS} {lanes[-1]}"
    names = dict.fromkeys(lanes, name)
    steps, number = _renumbered(story, lanes, names)

    def moved(call: Call) -> Call:
        return replace(call, by=number[call.by], next=number[call.next])

    coroutines = {
        lane: text for lane, text in story.coroutines.items() if lane not in lanes
    }
    gone = {step.number for lane in others for step in story.steps_of(lane)}
    return Story(
        lanes=[names.get(lane, lane) for lane in story.lanes if lane not in others],
        steps=steps,
        born={
            names.get(lane, lane): moved(call)
            for lane, call in story.born.items()
            if lane not in others
        },
        coroutines={**coroutines, name: story.coroutines.get(first, "")},
        wakes={number[n]: moved(c) for n, c in story.wakes.items() if n not in gone},
    )


def _renumbered(
    story: Story, lanes: list[str], names: Mapping[str, str]
) -> tuple[list[Step], dict[int, int]]:
    """The steps without those of all lanes but the first, and their new numbers."""
    first, *others = lanes
    number: dict[int, int] = {-1: -1}
    steps: list[Step] = []
    for step in story.steps:
        if step.lane in others:
            number[step.number] = len(steps) - 1
            continue
        number[step.number] = len(steps)
        same = tuple(_row(story, lanes, step)) if step.lane == first else step.same
        steps.append(
            replace(
                step,
                number=len(steps),
                lane=names.get(step.lane, step.lane),
                before=number[step.before],
                same=same or (step.number,),
            )
        )
    number[len(story.steps)] = len(steps)
    return steps, number


def _row(story: Story, lanes: list[str], step: Step) -> Iterator[int]:
    """Yield the numbers of the steps that the lanes do one after the other."""
    place = story.steps_of(lanes[0]).index(step)
    for lane in lanes:
        yield from story.steps_of(lane)[place].numbers


def count(step: Step) -> str:
    """What is said of a step that is drawn for several tasks."""
    return ngettext("the same, {n} task", "the same, {n} tasks", len(step.same))


def is_folded(step: Step) -> bool:
    """Whether a step is drawn for several tasks."""
    return len(step.same) > 1
