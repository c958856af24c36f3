"""Outputs with colors, for HTML.  Other formats show the text alone."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from pygments.lexer import Lexer  # type: ignore[import-untyped]
from pygments.token import Token  # type: ignore[import-untyped]

from example_output.running.terminal import COLOR

if TYPE_CHECKING:
    from pygments.token import _TokenType
    from sphinx.writers.html5 import HTML5Translator

_NAMES = ("Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White")
_STYLES = {1: "Bold", 2: "Dim", 3: "Italic", 4: "Underline", 7: "Reverse"}
_ENDS = {22: ("Bold", "Dim"), 23: ("Italic",), 24: ("Underline",), 27: ("Reverse",)}


class colored_block(nodes.literal_block):  # noqa: N801  # as docutils' own
    """An output whose attribute ``colored`` has its colors, too."""


class ColorLexer(Lexer):  # type: ignore[misc]
    """Makes a token of each part of a text that has one color.

    The name of a token becomes a class in HTML: ``-Bold-Red`` for bold red text.
    """

    name = "example-colors"
    aliases: ClassVar = [name]

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "stripnl": False, "ensurenl": False})

    def get_tokens_unprocessed(
        self, text: str
    ) -> "Iterator[tuple[int, _TokenType, str]]":
        """Yield the parts, without the sequences that switch colors."""
        styles: dict[str, str] = {}
        position = 0
        for piece in re.split(f"({COLOR.pattern})", text):
            if COLOR.fullmatch(piece):
                _switch(styles, [int(n or 0) for n in piece[2:-1].split(";")])
            elif piece:
                token = Token
                for name in sorted(styles.values()):
                    token = getattr(token, name)
                yield position, token, piece
            position += len(piece)


def _switch(styles: dict[str, str], codes: list[int]) -> None:
    """Apply the codes of one sequence, of ECMA-48 and as xterm extends them."""
    while codes:
        code = codes.pop(0)
        bright = 90 <= code <= 107
        place, color = divmod(code - 60 if bright else code, 10)
        if code == 0:
            styles.clear()
        elif code in _STYLES:
            styles[_STYLES[code]] = _STYLES[code]
        elif code in _ENDS:
            for name in _ENDS[code]:
                styles.pop(name, None)
        elif place in (3, 4):
            layer = "" if place == 3 else "On"
            name = (
                _extended(codes) if color == 8 else _NAMES[color] if color < 8 else ""
            )
            styles.pop(f"{layer} color", None)
            if name:
                styles[f"{layer} color"] = f"{layer}{name}"


def _extended(codes: list[int]) -> str:
    """The nearest of the eight names to a color of 256, or to red, green and blue."""
    kind = codes.pop(0) if codes else 0
    if kind == 5 and codes:
        number = codes.pop(0)
        if number < 16:
            return _NAMES[number % 8]
        if number >= 232:
            return _NAMES[7 if number > 243 else 0]
        rest = number - 16
        levels = [rest // 36, rest // 6 % 6, rest % 6]
    elif kind == 2 and len(codes) >= 3:
        levels = [codes.pop(0) * 5 // 255 for _ in range(3)]
    else:
        return ""
    high = max(levels)
    bits = sum((level * 2 > high) << n for n, level in enumerate(levels) if high > 1)
    return _NAMES[bits]


def visit_colored(translator: "HTML5Translator", node: nodes.Element) -> None:
    """Write the block as Sphinx writes others, with the colors."""
    options: dict[str, Any] = node.get("highlight_args", {})
    block = translator.highlighter.highlight_block(
        node["colored"], ColorLexer.name, location=node, **options
    )
    start = translator.starttag(
        node, "div", suffix="", CLASS="highlight-none notranslate"
    )
    translator.body.append(f"{start}{block}</div>\n")
    raise nodes.SkipNode
