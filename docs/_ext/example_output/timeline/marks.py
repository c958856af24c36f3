"""The elements of both pictures of a timeline."""

import html
from dataclasses import dataclass, field

from example_output.timeline.story import clock

CHAR = 6.4  # pixels: an average character of the text, which is 12 pixels high
LINE = 16  # pixels between two lines of text
BAR = 26  # pixels: the length of a bar in the horizontal picture
ROUND = 2  # pixels: the corners of a bar
_STRIPE = 6  # pixels between two stripes of a bar that blocks
SENTENCE = 62  # characters: enough for the words of most steps


@dataclass(frozen=True)
class Links:
    """The targets of the marks' links, on the same page."""

    code: str = ""
    """The ids of the program's lines, without their numbers; empty if the page does not
    show the whole program."""
    output: str = ""
    """The ids of the output's lines, in the same form."""


@dataclass
class Canvas:
    """A growing SVG."""

    links: Links
    parts: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    ready: list[str] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)
    blocks: bool = False
    """Whether a step blocks, which the description then explains."""

    def text(self, x: float, y: float, text: str, kind: str = "") -> str:
        """A piece of text; ``kind`` is its class."""
        name = f' class="{kind}"' if kind else ""
        return f'<text x="{x:g}" y="{y:g}"{name}>{html.escape(text)}</text>'

    def link(self, where: str, number: int, label: str, content: str) -> str:
        """Content, as a link to a line if the page has that line."""
        if not (where and number):
            return content
        name = f' aria-label="{html.escape(label)}"' if label else ""
        return f'<a href="#{where}-{number}"{name}>{content}</a>'

    def svg(self, width: float, height: float, title: str, identifier: str) -> str:
        """The whole SVG element."""
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
            # Sphinx's script must not highlight search words where nothing is drawn.
            f'<title id="{identifier}" class="nohighlight">{html.escape(title)}</title>'
            f'<desc class="nohighlight">{html.escape(read)}</desc>'
            f"{paths}{''.join(self.parts)}</svg>"
        )


_READ = (
    "Each lane is a task. A thick bar runs, a thin line waits, a dashed line waits for "
    "its turn; arrows create a task or wake it."
)


_READ_BLOCK = "A striped bar blocks the thread: nothing else can run."


def end_mark(kind: str, x: float, y: float) -> str:
    """The mark for the end of a lane; its shape depends on ``kind``."""
    if kind == "finish":
        return f'<circle class="tl-end" cx="{x:g}" cy="{y:g}" r="5"/>'
    cross = f"M{x - 4:g} {y - 4:g}l8 8m0-8l-8 8"
    if kind == "fail":
        return f'<path class="tl-mark" d="{cross}"/>'
    slash = f"M{x - 5:g} {y:g}a5 5 0 1 0 10 0a5 5 0 1 0-10 0m1.5 3.5l7-7"
    return f'<path class="tl-mark tl-hollow" d="{slash}"/>'


def bar_that_blocks(x: float, y: float, width: float, height: float) -> str:
    """A bar that blocks, with stripes, which are distinguishable without colour."""
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


def bar_that_runs(
    x: float, y: float, width: float, height: float, corners: int = ROUND
) -> str:
    """A bar that runs."""
    return (
        f'<rect class="tl-run" x="{x:g}" y="{y:g}" width="{width:g}" '
        f'height="{height:g}" rx="{corners}"/>'
    )


def later(seconds: float) -> str:
    """The label between two steps, if nothing happens for that long."""
    return f"{clock(seconds)} later"
