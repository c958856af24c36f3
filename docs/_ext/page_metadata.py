"""Tell machines what a page is: cards for those who share it, structured data, robots.

``sphinxext.opengraph`` writes the cards and ``sphinx_sitemap`` the list of pages, where
the address of the site is known; the rest is here.
"""

import contextlib
import html
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup

from example_output.cache import write_atomically

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def article(app: "Sphinx", context: dict[str, Any]) -> dict[str, Any]:
    """What schema.org has to be told of a page: nothing that the page does not say."""
    found = {
        "@context": "https://schema.org",
        "@type": "TechArticle",
        "headline": html.unescape(context["title"]),
        "inLanguage": app.config.language,
        "author": {"@type": "Organization", "name": app.config.author},
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "isPartOf": {"@type": "WebSite", "name": app.config.html_title},
    }
    tags = BeautifulSoup(context.get("metatags", ""), "html.parser")
    if tag := tags.find("meta", attrs={"name": "description"}):
        found["description"] = tag["content"]
    if address := context.get("pageurl"):
        found["url"] = address
    return found


def _extend(
    app: "Sphinx",
    _page: str,
    _template: str,
    context: dict[str, Any],
    doctree: "nodes.document | None",
) -> None:
    if app.builder.name == "epub":
        # sphinx_codeautolink names its sheet in all formats, and has it in two.
        own = context["css_files"]
        context["css_files"] = [f for f in own if "codeautolink" not in str(f.filename)]
        return
    if doctree is None:
        return
    # "</" would end the element.
    data = json.dumps(article(app, context)).replace("</", "<\\/")
    script = f'<script type="application/ld+json">{data}</script>'
    context["metatags"] = context.get("metatags", "") + script


def _write_robots(app: "Sphinx", exception: Exception | None) -> None:
    if exception or app.builder.format != "html" or app.builder.name == "epub":
        return
    lines = ["User-agent: *", "Allow: /"]
    if base := app.config.html_baseurl:
        lines.append(f"Sitemap: {base}sitemap.xml")
    path = Path(app.outdir, "robots.txt")
    text = "\n".join(lines) + "\n"
    if not path.is_file() or path.read_text("utf-8") != text:
        write_atomically(path, text)


def _list_every_page(app: "Sphinx", exception: Exception | None) -> None:
    """Put all pages on the list, in order: sphinx_sitemap knows those just written."""
    if exception or app.builder.format != "html" or app.builder.name == "epub":
        return
    links = app.sitemap_links  # type: ignore[attr-defined]
    while not links.empty():
        links.get()
    for page in sorted(app.env.found_docs):
        links.put((app.builder.get_target_uri(page), None))


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Tell Sphinx what we bring."""
    with contextlib.redirect_stdout(io.StringIO()):  # it mentions what we do not use
        app.setup_extension("sphinxext.opengraph")
    if app.config.html_baseurl:
        app.setup_extension("sphinx_sitemap")
        app.connect("build-finished", _list_every_page, priority=400)
    app.connect("html-page-context", _extend)
    app.connect("build-finished", _write_robots)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
