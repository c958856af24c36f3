"""Make one PDF of the built site, in the order of its contents.

Usage: ``python docs/_tools/book.py SITE FILE.pdf`` (``make pdf``).  Chromium prints all
pages, joined to one, with the site's own print style.  So the PDF has tags, an outline,
and links within the file.
"""

import posixpath
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag

from bs4 import BeautifulSoup, Tag

from install_browser import find_browser

# Attributes whose value is one or more ids of the same page.
_IDS = ("id", "for", "aria-controls", "aria-describedby", "aria-labelledby", "name")
_STYLE = """
article { break-before: page; }
article:first-of-type { break-before: auto; }
@page {
  size: A4;
  margin: 16mm 15mm 18mm;
  @bottom-center { content: counter(page); font: 9pt sans-serif; }
}
"""
_NOT_ON_PAPER = "script, noscript, button, .headerlink, .example-bar a, .run-controls"


def pages(site: Path) -> list[str]:
    """The names of all pages in the order of the contents, the front page first.

    Pages that only make sense in a browser are the last.
    """
    links = _soup(site / "index.html").select(".sidebar-tree a.reference.internal")
    found = [str(link["href"]).partition(".html")[0] for link in links]
    names = dict.fromkeys(["index", *(n for n in found if not n.startswith("#"))])

    def is_live(name: str) -> bool:
        return 'class="example-lab"' in (site / f"{name}.html").read_text("utf-8")

    return sorted(names, key=is_live)


def join(site: Path) -> str:
    """All pages as one, with ids and links adapted."""
    names = pages(site)
    book = _soup(site / "index.html")
    head = book.head
    assert head is not None  # a page of Sphinx has one
    for tag in head.select("script, link:not([rel=stylesheet]), meta"):
        tag.decompose()
    style = book.new_tag("style")
    style.string = _STYLE
    head.append(style)
    articles = "".join(str(article) for article in _articles(site, names))
    language = book.html["lang"] if book.html else "en"
    return (
        f'<!doctype html><html lang="{language}" data-theme="light">{head}<body>'
        '<div class="page"><div class="main"><div class="content">'
        f'<div class="article-container">{articles}</div>'
        "</div></div></div></body></html>"
    )


def _articles(site: Path, names: list[str]) -> Iterator[Tag]:
    for name in names:
        article = _soup(site / f"{name}.html").select_one("article")
        assert article is not None  # a page of this theme has one
        for tag in article.select(_NOT_ON_PAPER):
            tag.decompose()
        _rename(article, name)
        for link in article.select("a[href]"):
            _relink(link, name, names)
        yield article


def _soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def _place(name: str, anchor: str = "") -> str:
    return f"{name}--{anchor}" if anchor else name


def _rename(article: Tag, name: str) -> None:
    """Make each id unique in the book."""
    for tag in article.find_all():
        for key in _IDS:
            if value := tag.get(key):
                words = value if isinstance(value, list) else value.split()
                tag[key] = " ".join(_place(name, word) for word in words)
    article["id"] = _place(name)


def _relink(link: Tag, name: str, names: list[str]) -> None:
    """Make links to pages internal to the book; remove links to other files."""
    address, anchor = urldefrag(str(link["href"]))
    if "://" in address:
        return
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), address))
    page = path.removesuffix(".html") if address else name
    if page in names:
        link["href"] = "#" + _place(page, anchor)
    else:
        link.unwrap()


def write(site: Path, path: Path) -> None:
    """Write the PDF, atomically."""
    from playwright.sync_api import sync_playwright

    browser = find_browser()
    if browser is None:
        sys.exit("No browser. Install Chromium or Chrome, or set BROWSER_PATH to one.")
    source = site / "book.html"  # beside _static, which it needs
    part = path.with_suffix(".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(join(site), "utf-8")
    try:
        with sync_playwright() as playwright:
            # The sandbox fails in containers and for root; the pages are our own.
            chromium = playwright.chromium.launch(
                executable_path=browser, args=["--no-sandbox"]
            )
            page = chromium.new_page()
            page.emulate_media(media="print", color_scheme="light")
            page.goto(source.resolve().as_uri())
            page.pdf(
                path=part,
                prefer_css_page_size=True,
                print_background=True,
                tagged=True,
                outline=True,
            )
            chromium.close()
        part.replace(path)
    finally:
        source.unlink()
        part.unlink(missing_ok=True)


def main() -> int:
    """Make the PDF that the command line names."""
    site, path = map(Path, sys.argv[1:])
    write(site, path)
    print(f"Wrote {path} ({path.stat().st_size / 2**20:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
