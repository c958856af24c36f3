"""What a line of a terminal shows once all of it is written.

Progress bars go back in their line and write over it, or erase it.
"""

import re
import unicodedata

# ECMA-48: a control sequence, an operating system command, or another escape.
ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])"
)
_PIECE = re.compile(rf"(?s){ESCAPE.pattern}|.")
# "Select graphic rendition": colors, bold and the like.
COLOR = re.compile(r"\x1b\[[\d;]*m")
# A carriage return, a backspace, "erase in line" or a move within it, which progress
# bars use.
MOVES = re.compile(r"\r|\x08|\x1b\[[012]?K|\x1b\[\d*[CDG]")

Pen = dict[str, str]  # the codes of colors and the like, by what they are for
_Cell = tuple[Pen, list[str]]  # a character, and those that take no room beside it
_BLANK: _Cell = ({}, [" "])
_SECOND_HALF: _Cell = ({}, [])
_WIDEST = 1000  # columns, to which a sequence can move


class Row:
    """A line of a terminal while it is written, in which one can go back and forth.

    A wide character, as those of Chinese and most emoji, takes two cells, a combining
    one and the bell none.

    :param pen: the colors at its beginning; ``None`` if they do not matter.
    """

    def __init__(self, pen: Pen | None) -> None:
        self.pen = pen
        self._first = pen or {}
        self._cells: list[_Cell] = []
        self._column = 0
        self._blank = 0  # how many cells are blank for sure, so none is erased twice
        self._lead: list[str] = []  # what comes before the first cell and takes no room

    def write(self, line: str) -> None:
        """Do what a terminal does with a line."""
        for piece in _PIECE.findall(line):
            if piece[0] == "\x1b":
                self._obey(piece)
            elif piece == "\r":
                self._column = 0
            elif piece == "\b":
                self._column = max(self._column - 1, 0)
            elif piece == "\t":
                self._column += 8 - self._column % 8
            elif _takes_room(piece):
                self._put(piece)
            else:
                self._join(piece)
            self._blank = min(self._blank, len(self._cells))

    def _obey(self, sequence: str) -> None:
        """Erase, move or switch colors; other sequences have no effect on a line."""
        cells, how = self._cells, sequence[-1]
        if COLOR.fullmatch(sequence):
            if self.pen is not None:
                self.pen = switched(self.pen, sequence)
        elif sequence in ("\x1b[K", "\x1b[0K"):
            del cells[self._column :]
        elif sequence == "\x1b[1K":
            end = min(self._column + 1, len(cells))
            cells[self._blank : end] = [_BLANK] * (end - self._blank)
            self._blank = max(self._blank, end)
        elif sequence == "\x1b[2K":
            cells.clear()
        elif MOVES.fullmatch(sequence):
            by = min(int(sequence[2:-1][:9] or 1), _WIDEST)
            if how == "G":
                self._column = max(by - 1, 0)
            else:
                by = max(by, 1) * (1 if how == "C" else -1)
                right = max(_WIDEST, self._column)
                self._column = min(max(self._column + by, 0), right)

    def _join(self, character: str) -> None:
        """Add what takes no room to the cell before it."""
        place = self._column - 1
        if place < 0:
            self._lead.append(character)
            return
        self._fill(self._column)
        if self._cells[place] is _SECOND_HALF:
            place -= 1
        if self._cells[place] is _BLANK:
            self._cells[place] = ({}, [" "])
        self._cells[place][1].append(character)
        self._blank = min(self._blank, place)

    def _fill(self, width: int) -> None:
        self._cells += [_BLANK] * (width - len(self._cells))

    def _put(self, character: str) -> None:
        wide = unicodedata.east_asian_width(character) in ("W", "F")
        start, end = self._column, self._column + 1 + wide
        cells = self._cells
        self._fill(start)
        for edge in (start, end):
            if edge < len(cells) and cells[edge] is _SECOND_HALF:
                cells[edge - 1 : edge + 1] = [_BLANK, _BLANK]  # half of one is nothing
        cells[start:end] = [(self.pen or {}, [character]), *[_SECOND_HALF] * wide]
        self._blank = min(self._blank, start)
        self._column = end

    def shown(self) -> str:
        """What it shows in the end."""
        parts, before = self._lead, self._first
        for cell in self._cells:
            if cell is not _SECOND_HALF:
                pen, shown = cell
                parts += [_switch(before, pen), *shown]
                before = pen
        return "".join([*parts, _switch(before, self.pen or {})])


def _takes_room(character: str) -> bool:
    if "\u1160" <= character <= "\u11ff":  # vowels and finals of Korean syllables
        return False
    return unicodedata.category(character) not in ("Mn", "Me", "Cf", "Cc")


def switched(pen: Pen, sequence: str) -> Pen:
    """The colors after a sequence that switches them (ECMA-48, and as in xterm)."""
    pen, codes = dict(pen), [code.lstrip("0") for code in sequence[2:-1].split(";")]
    while codes:
        code = codes.pop(0)
        if not code:
            pen.clear()
        elif code in ("38", "48"):
            more = {"5": 2, "2": 4}.get(codes[0] if codes else "", 0)
            rest, codes = codes[:more], codes[more:]
            if rest and len(rest) == more:
                pen[f"{code[0]}0"] = ";".join(n or "0" for n in [code, *rest])
        elif code in _ENDS:
            for ended in _ENDS[code].split():
                pen.pop(ended, None)
        elif len(code) < 4:
            place = f"{int(code) - 60}" if int(code) >= 90 else code
            layer = len(place) == 2 and place[0] in "34"
            pen[f"{place[0]}0" if layer else code] = code
    return pen


# What ends which other codes; 30 stands for all colors, 40 for those behind texts.
_ENDS = {"22": "1 2", "23": "3 20", "24": "4 21", "25": "5 6", "27": "7"}
_ENDS |= {"28": "8", "29": "9", "39": "30", "49": "40"}


def _switch(before: Pen, after: Pen) -> str:
    """The sequence that switches from some colors to others."""
    if before == after:
        return ""
    reset, new = "", after
    if before.keys() <= after.keys():
        new = {key: code for key, code in after.items() if before.get(key) != code}
    else:
        reset = "\x1b[0m"
    return reset + (f"\x1b[{';'.join(new.values())}m" if new else "")
