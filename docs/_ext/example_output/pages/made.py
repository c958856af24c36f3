"""The files that a program makes, on a page."""

from pathlib import Path

from docutils import nodes
from sphinx import addnodes

from example_output.example import Example
from example_output.files import read_file
from example_output.pages.words import _
from example_output.running.made import PICTURES, as_text

# Of texts, by their suffixes, as Pygments calls them.
_LANGUAGES = {
    f".{name}": name for name in ("html", "ini", "json", "py", "toml", "xml", "yaml")
}


def made_box(
    example: Example, name: str, path: Path, target: str, docname: str, alt: str
) -> nodes.Element:
    """A bar with a download, and under it the picture or the text.

    :param path: the recorded file.
    :param target: its path for Sphinx.
    :param docname: the page.
    :param alt: what a picture shows.
    """
    box = nodes.container("", _bar(name, target, docname), classes=["example-made"])
    if path.suffix.lower() in PICTURES:
        words = alt or _(
            "{name}, made by {program}", name=name, program=example.path.name
        )
        box += nodes.image("", uri=target, alt=words)
    elif text := as_text(read_file(path)):
        text = text.replace("\r\n", "\n")
        language = _LANGUAGES.get(path.suffix.lower(), "none")
        box += nodes.literal_block(text, text, language=language)
    return box


def _bar(name: str, target: str, docname: str) -> nodes.paragraph:
    bar = nodes.paragraph("", "", classes=["example-bar"])
    bar += [nodes.literal("", name, classes=["example-name"]), nodes.Text(" ")]
    spoken = nodes.inline("", f" {name}", classes=["example-spoken"])
    bar += addnodes.download_reference(
        "",
        "",
        nodes.inline("", _("Download")),
        spoken,
        reftarget=target,
        refdoc=docname,
        refdomain="",
        reftype="download",
    )
    return bar
