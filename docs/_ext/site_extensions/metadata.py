"""Metadata of pages for machines: cards, structured data, a sitemap and robots.txt.

The properties of cards are those of https://ogp.me/, the format of the sitemap is that
of https://www.sitemaps.org/protocol.html.
"""

import html
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from example_output.files import write_atomically

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

_LONGEST = 200  # characters of a description
_XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"


def description(doctree: nodes.document) -> str:
    """The first words of a page's prose, without boxes and tables."""
    words = ""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            words = f"{words} {' '.join(paragraph.astext().split())}".strip()
        if len(words) > _LONGEST:
            return words[: _LONGEST - 3] + "..."
    return words


def own_description(doctree: nodes.document) -> str:
    """The description in a page's front matter; empty if there is none."""
    found = doctree.findall(nodes.meta)
    return next(
        (str(m["content"]) for m in found if m.get("name") == "description"), ""
    )


def tags(app: "Sphinx", context: dict[str, Any], words: str) -> dict[str, str]:
    """The content of a page's card, by the attributes of the elements.

    :param words: the first words of the page.
    """
    found = {
        'property="og:title"': html.unescape(context["title"]),
        'property="og:type"': "website",
        'property="og:site_name"': app.config.html_title,
        'property="og:description"': words,
    }
    if address := context.get("pageurl"):
        found['property="og:url"'] = address
    return {key: text for key, text in found.items() if text}


def article(app: "Sphinx", context: dict[str, Any], words: str) -> dict[str, Any]:
    """The structured data of a page by schema.org; all of it is on the page too."""
    found = {
        "@context": "https://schema.org",
        "@type": "TechArticle",
        "headline": html.unescape(context["title"]),
        "inLanguage": app.config.language,
        "author": {"@type": "Organization", "name": app.config.author},
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "isPartOf": {"@type": "WebSite", "name": app.config.html_title},
    }
    if words:
        found["description"] = words
    if address := context.get("pageurl"):
        found["url"] = address
    return found


def _extend(
    app: "Sphinx",
    _page: str,
    _template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    if app.builder.name == "epub":
        # sphinx_codeautolink adds its style sheet here too, but does not copy it.
        own = context["css_files"]
        context["css_files"] = [f for f in own if "codeautolink" not in str(f.filename)]
        return
    if doctree is None:
        return
    words, own = description(doctree), own_description(doctree)
    # "</" would end the element.
    data = json.dumps(article(app, context, own or words)).replace("</", "<\\/")
    found = tags(app, context, words)
    if words and not own:
        found['name="description"'] = words
    elements = [
        f'<meta content="{html.escape(text)}" {key}/>' for key, text in found.items()
    ]
    elements.append(f'<script type="application/ld+json">{data}</script>')
    context["metatags"] = context.get("metatags", "") + "\n".join(elements)


def _write_lists(app: "Sphinx", exception: Exception | None) -> None:
    """Write ``robots.txt``, and a sitemap if the address of the site is known."""
    if exception or app.builder.format != "html" or app.builder.name == "epub":
        return
    robots = "User-agent: *\nAllow: /\n"
    if base := app.config.html_baseurl:
        robots += f"Sitemap: {base}sitemap.xml\n"
        pages = map(app.builder.get_target_uri, sorted(app.env.found_docs))
        rows = "".join(
            f"<url><loc>{html.escape(base + p)}</loc></url>\n" for p in pages
        )
        head = '<?xml version="1.0" encoding="utf-8"?>\n'
        _write(
            app, "sitemap.xml", f'{head}<urlset xmlns="{_XMLNS}">\n{rows}</urlset>\n'
        )
    _write(app, "robots.txt", robots)


def _write(app: "Sphinx", name: str, text: str) -> None:
    path = Path(app.outdir, name)
    if not path.is_file() or path.read_text("utf-8") != text:
        write_atomically(path, text)


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Register the extension."""
    app.connect("html-page-context", _extend)
    app.connect("build-finished", _write_lists)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
