"""Six pages at three widths, light and dark, compared with approved screenshots.

``make baseline`` renews the screenshots in tests/baseline.  Fonts come from a package,
since systems have different ones; small differences in rendering are tolerated.
"""

import base64
import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter

from conftest import REPOSITORY, NewPage
from install_node import MODULES, is_installed

pytestmark = pytest.mark.slow

BASELINE = Path(__file__).with_name("baseline")
FOUND = REPOSITORY / "_build" / "appearance"
RENEW = bool(os.environ.get("RENEW_BASELINE")) and os.environ.get("CI") != "true"
PAGES = [
    "index",
    "tutorial/one-task",
    "tutorial/no-running-event-loop",
    "howto/task-groups",
    "explanation/when-a-task-runs",
    "reference/versions",
]
HEIGHT = 1400
# Of all pixels: a word that changes is less, a button that moves or fades is more.
TOLERATED = 0.001


def differing(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ visibly, from 0 to 1."""
    if one.size != other.size:
        return 1
    # Systems smooth the edges of letters in their own ways.
    smooth = ImageFilter.BoxBlur(1)
    difference = ImageChops.difference(one.filter(smooth), other.filter(smooth))
    red, green, blue = difference.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return sum(most.histogram()[10:]) / (one.width * one.height)


def font_faces() -> str:
    """A style sheet with fonts that are the same on every system."""
    if not is_installed():
        pytest.fail(
            "no Node packages; make test installs them: docs/_tools/install_node.py"
        )
    faces = []
    for family in ("source-sans-3", "source-code-pro"):
        for weight in (400, 700):
            name = f"{family}-latin-{weight}-normal.woff2"
            data = (MODULES / "@fontsource" / family / "files" / name).read_bytes()
            faces.append(
                f"@font-face {{ font-family: {family}; font-weight: {weight}; src: "
                f"url(data:font/woff2;base64,{base64.b64encode(data).decode()}) }}"
            )
    faces.append(
        "body { --font-stack: source-sans-3; --font-stack--monospace: source-code-pro }"
        "* { font-variant-ligatures: none; caret-color: transparent }"
    )
    return "\n".join(faces)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_page_matches_its_baseline(
    new_page: NewPage, name: str, width: int, scheme: str
) -> None:
    page = new_page(
        name,
        viewport={"width": width, "height": HEIGHT},
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,  # it forbids fonts from data
    )
    page.add_style_tag(content=font_faces())
    page.evaluate("document.fonts.ready")
    seen = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    path = BASELINE / f"{name.replace('/', '-')}-{width}-{scheme}.webp"
    if RENEW:
        if not path.is_file() or differing(seen, _open(path)):
            path.parent.mkdir(exist_ok=True)
            seen.save(path, lossless=True, quality=100, method=6)
        return
    assert path.is_file(), f"no {path.name}; make baseline makes it"
    share = differing(seen, _open(path))
    if share > TOLERATED:
        FOUND.mkdir(parents=True, exist_ok=True)
        now = FOUND / path.with_suffix(".png").name
        seen.save(now)
        pytest.fail(
            f"{share:.2%} of {name} at {width} px, {scheme}, looks otherwise.\n"
            f"before: {path.relative_to(REPOSITORY)}\n"
            f"now: {now.relative_to(REPOSITORY)}\n"
            "If it looks as it should, accept it: make baseline"
        )


def _open(path: Path) -> Image.Image:
    return Image.open(path).convert("RGB")


@pytest.mark.parametrize(
    "change",
    [
        ".example-actions button { background: transparent !important }",
        ".highlight pre { padding: 0.2rem !important }",
        "h1 { font-size: 2rem !important }",
        "a { color: inherit !important }",
        ".example-actions { visibility: hidden !important }",
    ],
)
def test_comparison_detects_visual_changes(new_page: NewPage, change: str) -> None:
    pictures = []
    for style in ("", change):
        size = {"width": 390, "height": HEIGHT}
        page = new_page("index", viewport=size, bypass_csp=True)
        page.add_style_tag(content=font_faces() + style)
        page.evaluate("document.fonts.ready")
        shot = page.screenshot(animations="disabled")
        pictures.append(Image.open(io.BytesIO(shot)).convert("RGB"))
    assert differing(*pictures) > TOLERATED
    assert differing(pictures[0], pictures[0]) == 0
