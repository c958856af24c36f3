"""The elements of both pictures of a timeline."""

import re
from dataclasses import dataclass, field

from example_output.timeline.story import ENDS, Step, clock
from example_output.timeline.words import _, marked

LINE = 16  # pixels between two lines of text
BAR = 26  # pixels: the length of a bar in the horizontal picture
ROUND = 2  # pixels: the corners of a bar
SCALE = 1.25
"""How much a picture may grow with the room that it has."""
_STRIPE = 6  # pixels between two stripes of a bar that blocks

# Thousandths of the size of the letters: a little wider than Arial's, because readers
# have other fonts.
_USUAL = 590  # digits, most small letters


class _Widths(dict[str, int]):
    def __missing__(self, char: str) -> int:
        # Letters of other scripts than Latin are as wide as they are high.
        latin = char.isascii() or (char.isalpha() and char < "\u0250")
        self[char] = _USUAL if latin else 1000
        return self[char]


_WIDTHS = _Widths(
    (char, width)
    for width, chars in {
        250: "ijl'|",
        300: " !,./:;[]\\ftI\N{NO-BREAK SPACE}",
        360: '()-r`"{}*\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}',
        530: "ckJsvxyz",
        700: "ABEFKLPSTVXYZ&",
        760: "wCDHNRU",
        820: "GOQ",
        880: "mM%",
        1050: "W@\N{HORIZONTAL ELLIPSIS}",
    }.items()
    for char in chars
)


def width_of(text: str, size: float = 12, *, bold: bool = False) -> float:
    """The pixels that a text takes, or a few less.

    :param size: the height of its letters, in pixels.
    """
    units = sum(map(_WIDTHS.__getitem__, text))
    return units * size / 1000 * (1.07 if bold else 1)


def wrap(text: str, width: float) -> list[str]:
    """The lines of a text; each but the last ends with the space that it had."""
    lines: list[str] = []
    line = ""
    for word in re.findall("[^ ]+ *", text):
        if line and width_of((line + word).rstrip(" ")) > width:
            lines.append(line)
            line = ""
        line += word
        while width_of(line.rstrip(" ")) > width and len(line) > 1:
            # A word that is longer than a line.
            count = next(
                n
                for n in range(len(line), 0, -1)
                if n == 1 or width_of(line[:n]) <= width
            )
            lines.append(line[:count])
            line = line[count:]
    return [*lines, line] if line else lines


# Not html.escape(), since that module is large and readers' browsers would fetch it.
_ESCAPED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
)


def escape(text: str) -> str:
    """A text as HTML, also within an attribute."""
    return text.translate(_ESCAPED)


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
    breaks: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    ready: list[str] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    """The kinds of marks beside lines and arrows, which the key explains."""

    @property
    def kinds(self) -> set[str]:
        """All kinds of marks."""
        lines = (("wait", self.waits), ("ready", self.ready), ("arrow", self.arrows))
        drawn = {kind for kind, pieces in lines if pieces}
        return self.marks | drawn | ({"break"} if self.breaks else set())

    def time_passes(self, x: float, y: float, right: float, bottom: float) -> None:
        """Draw a break: a band behind everything else, in which time passes."""
        self.breaks.append(
            f'<path class="tl-break" d="M{x:g} {y:g}H{right:g}V{bottom:g}H{x:g}z"/>'
        )

    def now(self, line: str) -> None:
        """Draw where a program that still runs has got to."""
        self.marks.add("now")
        self.parts.append(f'<path class="tl-edge" d="{line}"/>')

    def bar(self, step: Step, x: float, y: float, width: float, height: float) -> str:
        """The bar of a step along one lane."""
        if step.blocks:
            self.marks.add("block")
            return bar_that_blocks(x, y, width, height)
        self.marks.add("run")
        return bar_that_runs(x, y, width, height)

    def end(self, step: Step, x: float, y: float) -> str:
        """The mark at the end of a lane, if the step is its last."""
        if not step.end or step.end.kind not in ENDS:
            return ""
        self.marks.add(step.end.kind)
        return end_mark(step.end.kind, x, y)

    def step(self, step: Step, content: str) -> None:
        """Draw a step; it is one element for each step of the tasks that it is for."""
        numbers = step.numbers
        opened = "".join(f'<g class="tl-step" data-step="{n}">' for n in numbers)
        self.parts.append(f"{opened}{content}{'</g>' * len(numbers)}")

    def text(self, x: float, y: float, text: str, kind: str = "") -> str:
        """A piece of text; ``kind`` is its class."""
        if not text:
            return ""
        name = f' class="{kind}"' if kind else ""
        return f'<text x="{x:g}" y="{y:g}"{name}>{escape(text)}</text>'

    def link(self, where: str, number: int, label: str, content: str) -> str:
        """Content, as a link to a line if the page has that line."""
        if not (where and number):
            return content
        name = f' aria-label="{escape(label)}"' if label else ""
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
        read = f"{_(_READ)} {_(_READ_BLOCK)}" if "block" in self.marks else _(_READ)
        return (
            f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
            f'height="{height:g}" style="max-width:{width * SCALE:g}px" '
            f'role="group" aria-labelledby="{identifier}">'
            # Sphinx's script must not highlight search words where nothing is drawn.
            f'<title id="{identifier}" class="nohighlight">{escape(title)}</title>'
            f'<desc class="nohighlight">{escape(read)}</desc>'
            f"{''.join(self.breaks)}{paths}{''.join(self.parts)}</svg>"
        )


_READ = marked(
    "Each lane is a task. A thick bar runs, a thin line waits, a dotted line waits for "
    "its turn; arrows create a task or wake it; in a shaded band, time passes."
)


_READ_BLOCK = marked("A striped bar blocks the thread: nothing else can run.")


_KEY = {
    "run": marked("runs"),
    "block": marked("blocks the thread: nothing else runs"),
    "wait": marked("waits"),
    "ready": marked("ready, waits for its turn"),
    "arrow": marked("creates or wakes"),
    "finish": marked("finishes"),
    "fail": marked("fails"),
    "cancelled": marked("ends as cancelled"),
    "destroy": marked("is destroyed"),
    "break": marked("time passes"),
    "now": marked("now"),
}


def key(kinds: set[str]) -> str:
    """The key to a picture, as HTML: each kind of mark that is in it, and its words."""
    items = "".join(
        f'<span><svg width="24" height="14" aria-hidden="true">{_sample(kind)}</svg> '
        f"{escape(_(words))}</span> "
        for kind, words in _KEY.items()
        if kind in kinds
    )
    return f'<p class="timeline-key">{items}</p>'


def _sample(kind: str) -> str:
    """A small mark of a kind."""
    if kind == "run":
        return bar_that_runs(0, 2, 24, 10)
    if kind == "block":
        return bar_that_blocks(1, 1, 22, 12)
    if kind in ENDS:
        return end_mark(kind, 12, 7)
    if kind == "now":
        return '<path class="tl-edge" d="M12 0V14"/>'
    paths = {"arrow": "M1 7H22m-4-3l4 3l-4 3", "break": "M0 0H24V14H0z"}
    return f'<path class="tl-{kind}" d="{paths.get(kind, "M2 7H22")}"/>'


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
    return _("{time} later", time=clock(seconds))
