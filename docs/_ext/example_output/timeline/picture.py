"""Draw a timeline as SVG, for each width that a page may have for it.

Each lane is a task, and each thick bar is a step of it: what it does between two waits.
Time runs along the lanes, to the right if that is not too wide, and down otherwise.  It
is not to scale: every step has the room for its words, and breaks stand for long waits.
A step in which time passes is drawn in parts, each at its own time, as one bar.

Pure: text in, text out.  The style sheet sets colours and strokes, by class.
"""

from collections.abc import Sequence

from example_output.timeline.events import Event
from example_output.timeline.fold import fold
from example_output.timeline.horizontal import Horizontal
from example_output.timeline.lanes import Picture
from example_output.timeline.marks import Links, escape, key
from example_output.timeline.story import Story, tell, title_of
from example_output.timeline.vertical import Vertical
from example_output.timeline.words import _

WIDE = 680
"""Pixels: the width of a picture that has a page for itself."""
MIDDLE = 456
"""Pixels: the width of a picture beside a program."""
NARROW = 326
"""Pixels: the width of a picture on a phone."""


def draw(
    name: str,
    events: Sequence[Event],
    links: Links,
    identifier: str,
    *,
    runs: bool = False,
) -> str:
    """The pictures of a timeline, as HTML; the style sheet shows the one that fits.

    If some tasks do the same, they are one lane, and the reader can open all of them.

    :param name: the program's file name.
    :param identifier: the prefix of the pictures' ids.
    :param runs: whether the program still runs.
    """
    story = tell(events)
    title = title_of(name, story)
    folded = fold(story)
    if folded is story:
        return _pictures(story, links, title, identifier, runs=runs)
    summary = escape(_("Show all {count} lanes", count=len(story.lanes)))
    # All lanes are many rows, for which one picture is enough.
    whole = Vertical(story, links, NARROW).draw(title, f"{identifier}-all")
    few = _pictures(folded, links, title, identifier, runs=runs)
    return (
        f'<div class="tl-folded">{few}</div>'
        f'<details class="tl-all"><summary>{summary}</summary>'
        f"<div>{whole}</div></details>"
    )


def _pictures(
    story: Story, links: Links, title: str, identifier: str, *, runs: bool
) -> str:
    """A picture for each width; one for two widths if it is the same."""
    horizontal = Horizontal(story, links, runs)
    narrow = Vertical(story, links, NARROW, runs)
    drawn = {"narrow": narrow.draw(title, f"{identifier}-narrow")}
    if horizontal.width <= MIDDLE:
        drawn["middle tl-wide"] = horizontal.draw(title, f"{identifier}-wide")
        return _places(drawn)
    middle = Vertical(story, links, MIDDLE, runs)
    drawn["middle"] = middle.draw(title, f"{identifier}-middle")
    if horizontal.width > WIDE:
        wide: Picture = Vertical(story, links, WIDE, runs)
    else:
        wide = horizontal
    drawn["wide"] = wide.draw(title, f"{identifier}-wide")
    return _places(drawn)


def _places(drawn: dict[str, str]) -> str:
    return "".join(f'<div class="tl-{at}">{svg}</div>' for at, svg in drawn.items())


def explain(events: Sequence[Event], *, runs: bool = False) -> str:
    """The key to the pictures of a timeline, as HTML."""
    picture = Vertical(fold(tell(events)), Links(), NARROW, runs)
    picture.draw("", "")
    return key(picture.canvas.kinds)
