"""The site as one PDF: tagged, with an outline, complete."""

import ctypes
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from bs4 import BeautifulSoup, Tag
from pypdfium2.raw import FPDFCatalog_GetLanguage, FPDFCatalog_IsTagged

import book
from conftest import NewPage, shared

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def made(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the PDF of the site, and the one page that it is made from.

    One of xdist's workers makes both for all of them.
    """

    def make(folder: Path) -> None:
        before = set(site.iterdir())
        (folder / "pdf").mkdir()
        joined = book.join(site)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(book, "join", lambda _site: joined)
            book.write(site, folder / "pdf/book.pdf")
        assert set(site.iterdir()) == before
        assert [path.name for path in (folder / "pdf").iterdir()] == ["book.pdf"]
        (folder / "joined.html").write_text(joined, "utf-8")

    return shared(tmp_path_factory, "pdf", make)


@pytest.fixture(scope="session")
def pdf(made: Path) -> Iterator[pypdfium2.PdfDocument]:
    """The PDF of the site."""
    with pypdfium2.PdfDocument(made / "pdf/book.pdf") as document:
        yield document


@pytest.fixture(scope="session")
def joined(made: Path) -> BeautifulSoup:
    """The one page that the PDF is made from, which no test may change."""
    return BeautifulSoup((made / "joined.html").read_text("utf-8"), "html.parser")


def bare(text: str) -> str:
    """A text without its spaces, which a PDF does not keep."""
    return re.sub(r"\s+", "", text)


def test_pdf_is_tagged_and_has_an_outline(
    joined: BeautifulSoup, pdf: pypdfium2.PdfDocument
) -> None:
    assert FPDFCatalog_IsTagged(pdf)
    language = ctypes.create_string_buffer(18)
    units = ctypes.cast(language, ctypes.POINTER(ctypes.c_ushort))
    FPDFCatalog_GetLanguage(pdf, units, len(language))
    assert language.raw.decode("utf-16-le").rstrip("\0") == "en"
    headings = [bare(tag.get_text()) for tag in joined.select("article h1, article h2")]
    known = {bare(entry.get_title()) for entry in pdf.get_toc()}
    assert [text for text in headings if text not in known] == []


def test_book_has_all_pages_in_order(site: Path) -> None:
    names = book.pages(site)
    assert names[:3] == ["index", "tutorial/what-is-a-task", "tutorial/one-task"]
    assert names[-1] == "lab"
    built = {
        path.relative_to(site).with_suffix("").as_posix()
        for path in site.rglob("*.html")
    }
    # The book itself is written there while another test makes one.
    assert built - set(names) - {"book"} == {"404", "genindex", "search"}


def test_no_line_of_code_or_output_is_missing(
    joined: BeautifulSoup, pdf: pypdfium2.PdfDocument
) -> None:
    text = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    printed = bare(text.replace("\x02", "-"))  # a hyphen at the end of a line
    lines = {
        line
        for pre in joined.select(".highlight pre")
        for line in pre.get_text().splitlines()
    }
    assert len(lines) > 500
    assert [line for line in sorted(lines) if bare(line) not in printed] == []


def test_nothing_is_wider_than_the_paper(made: Path, new_page: NewPage) -> None:
    # 180 mm between the margins.
    # The policy of the page that makes place for the book forbids a base.
    page = new_page("index", bypass_csp=True, viewport={"width": 680, "height": 900})
    page.emulate_media(media="print")
    base = f'<head><base href="{page.url}">'
    joined = (made / "joined.html").read_text("utf-8")
    page.set_content(joined.replace("<head>", base))
    # Words for who cannot see the page have the width of a pixel.
    wide = page.evaluate(
        """() => [...document.querySelectorAll("article *")]
          .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1
            && getComputedStyle(e).overflowX !== "visible")
          .map(e => e.outerHTML.slice(0, 200))"""
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    closed = page.evaluate(
        """() => [...document.querySelectorAll("details > :not(summary)")]
          .filter(e => !e.getBoundingClientRect().height && e.textContent.trim())
          .map(e => e.outerHTML.slice(0, 200))"""
    )
    assert closed == []


def test_internal_links_have_targets(joined: BeautifulSoup) -> None:
    found = [str(tag["id"]) for tag in joined.find_all(id=True)]
    ids = set(found)
    assert len(found) == len(ids)
    links = [str(tag["href"]) for tag in joined.select("article a[href]")]
    assert [x for x in links if "://" not in x and x[1:] not in ids] == []
    assert sum(link.startswith("#") for link in links) > 500


PAGES = ["howto/limit", "howto/names", "tutorial/one-task"]


@pytest.mark.parametrize(
    ("href", "wanted"),
    [
        ("#here", "#howto/limit--here"),
        ("names.html", "#howto/names"),
        ("../tutorial/one-task.html#x", "#tutorial/one-task--x"),
        ("https://docs.python.org/3/#x", "https://docs.python.org/3/#x"),
        ("../_downloads/1/a.py", None),
    ],
)
def test_links_are_rewritten_for_the_book(href: str, wanted: str | None) -> None:
    soup = BeautifulSoup(f'<p><a href="{href}">x</a></p>', "html.parser")
    link = soup.a
    assert isinstance(link, Tag)
    book._relink(
        link, "howto/limit", ["howto/limit", "howto/names", "tutorial/one-task"]
    )
    assert (soup.a["href"] if soup.a else None) == wanted
    assert soup.get_text() == "x"
