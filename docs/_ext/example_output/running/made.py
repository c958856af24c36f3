"""The files that a program makes: kept beside its recording, and compared with it."""

import base64
import contextlib
import io
import os
from array import array
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from example_output.example import Example
from example_output.normalize import Surroundings, name_addresses, normalize
from example_output.transcript import diff

if TYPE_CHECKING:
    from PIL.Image import Image

ORIENTATION = 0x0112  # https://exiftool.org/TagNames/EXIF.html
PICTURES = (".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
"""The suffixes of files that pages show as pictures."""


def made_path(example: Example, name: str) -> Path:
    """Where a file that an example makes is recorded: ``draw.plot.png``."""
    return example.recorded(f".{name.replace('/', '.')}")


def collect(
    folder: Path, names: Iterable[str], where: Surroundings
) -> Iterator[tuple[str, str]]:
    """Yield the files that a run has made, each with its packed content.

    What is text is normalized as outputs are.

    :param folder: where it was run.
    """
    for name in names:
        path = folder / name
        # A pipe could be read without end, and so could what a link leads to.
        if not os.path.isfile(path):
            continue
        with contextlib.suppress(OSError):
            content = path.read_bytes()
            if (text := as_text(content)) is not None:
                content = normalize(text, where).encode()
            yield name, _pack(content)


def _pack(content: bytes) -> str:
    return base64.b64encode(content).decode()


def unpack(packed: str | None) -> bytes | None:
    """The content of a file, as it was made; ``None`` if there is none."""
    if packed is None:
        return None
    with contextlib.suppress(ValueError):
        return base64.b64decode(packed, validate=True)
    return None


def as_text(content: bytes) -> str | None:
    """A file as text; ``None`` if it is none."""
    with contextlib.suppress(UnicodeDecodeError):
        return None if b"\0" in content else content.decode()
    return None


def texts(made: Mapping[str, str]) -> dict[str, str]:
    """Those of the packed files that are texts."""
    found = {name: as_text(unpack(packed) or b"") for name, packed in made.items()}
    return {name: text for name, text in found.items() if text is not None}


def with_addresses_named(
    made: Mapping[str, str], own: Container[str]
) -> dict[str, str]:
    """The packed files with placeholders for all addresses, except those in ``own``."""
    named = {name: name_addresses(text, own) for name, text in texts(made).items()}
    return {**made, **{name: _pack(text.encode()) for name, text in named.items()}}


def difference(name: str, old: bytes, new: bytes, tolerance: float) -> tuple[str, str]:
    """How a file differs from the recorded one: in words, and as a diff.

    Both are empty if it is the same: equal bytes, equal lines, or equal pixels.

    :param tolerance: the mean difference of pixels that is allowed, from 0 to 1.
    """
    recorded, made = as_text(old), as_text(new)
    if recorded is not None and made is not None:
        recorded, made = (t.replace("\r\n", "\n") for t in (recorded, made))
        if recorded == made:
            return "", ""
        return "it differs", diff(recorded, made, f"{name} (recorded)", f"{name} (now)")
    if old == new:
        return "", ""
    if Path(name).suffix.lower() in PICTURES:
        return _pixels(old, new, tolerance), ""
    return f"it differs: {len(new)} bytes, and {len(old)} are recorded", ""


def _pixels(old: bytes, new: bytes, tolerance: float) -> str:
    """How two pictures differ, if they do."""
    try:
        from PIL import Image
    except ImportError:
        return "its bytes differ (if Pillow is installed, pixels are compared)"
    try:
        with Image.open(io.BytesIO(old)) as one, Image.open(io.BytesIO(new)) as other:
            sizes = one.size, other.size
            if sizes[0] != sizes[1]:
                return "it has {1} x {2} pixels, and {0} are recorded".format(
                    "{} x {}".format(*sizes[0]), *sizes[1]
                )
            if (kinds := [_kind(one), _kind(other)])[0] != kinds[1]:
                return "it has {1}, and {0} is recorded".format(*kinds)
            if (times := [_times(one), _times(other)])[0] != times[1]:
                return "it is shown for {1}, and {0} is recorded".format(*times)
            share = max(_apart(one, other, n) for n in range(kinds[0].frames))
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        return f"it cannot be compared: {error}"
    if share <= tolerance:
        return ""
    return f"its pixels differ by {share:.2g}, and tolerance = {tolerance:g}"


class _Kind(NamedTuple):
    """What a reader sees of a picture, besides its pixels."""

    frames: int
    turned: int
    """As EXIF says it."""
    shades: str
    """The mode of one that has more than 256 of them, which a conversion would cut."""

    def __str__(self) -> str:
        words = f"{self.frames} frames, orientation {self.turned}"
        return f"{words}, mode {self.shades}" if self.shades else words


def _kind(picture: "Image") -> _Kind:
    frames = getattr(picture, "n_frames", 1)
    shades = picture.mode if picture.mode[0] in "IF" else ""
    return _Kind(frames, picture.getexif().get(ORIENTATION, 1), shades)


def _times(picture: "Image") -> str:
    """How long each frame of an animation is shown, and how often all are."""
    frames = getattr(picture, "n_frames", 1)
    if frames == 1:
        return ""
    times = []
    for frame in range(frames):
        picture.seek(frame)
        times.append(str(picture.info.get("duration", 0)))
    return f"{', '.join(times)} ms, loop {picture.info.get('loop')}"


def _apart(old: "Image", new: "Image", frame: int) -> float:
    """The mean difference of the pixels of two frames, from 0 to 1."""
    from PIL import ImageChops, ImageStat

    old.seek(frame)
    new.seek(frame)
    if _kind(old).shades:
        code = {"I": "i", "F": "f"}.get(old.mode, "H")
        shades = [array(code, picture.tobytes()) for picture in (old, new)]
        brightest = max(map(abs, chain(*shades))) or 1
        apart = sum(abs(a - b) for a, b in zip(*shades, strict=True))
        return float(apart / len(shades[0]) / brightest)
    means = ImageStat.Stat(
        ImageChops.difference(old.convert("RGBA"), new.convert("RGBA"))
    ).mean
    return sum(means) / len(means) / 255
