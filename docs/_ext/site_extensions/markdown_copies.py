"""Each page as Markdown beside its HTML, with the real code and outputs; ``llms.txt``.

``sphinx_llm_friendly`` writes them.  This extension adds support for the nodes of
:mod:`example_output`, escapes HTML and links in texts, which programs may have chosen,
and removes its button, because our template has one.
"""

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from docutils import nodes

from example_output.files import write_atomically
from example_output.pages.nodes import (
    permalink,
    question,
    run_controls,
    timeline_picture,
    what_if,
)

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


# What would be markup in a text.  Of underscores only those that open emphasis are, so
# that names stay readable.
_MARKUP = re.compile(
    r"([\\*`<\[\]~]|(?:^|(?<=\s|_))_|&(?=#?\w+;)|^[#>+-](?=\s|$))", re.MULTILINE
)


def _visit_text(translator: Any, node: nodes.Text) -> None:
    text = node.astext().replace("\r", "")
    if translator.status.escape_text:
        text = _MARKUP.sub(r"\\\1", text)
    translator.add(text)


def _fence(node: nodes.Element, least: int) -> str:
    """More backticks than the text of a node has in a row."""
    runs = re.findall("`+", node.astext())
    return "`" * max(least, 1 + max(map(len, runs), default=0))


def _visit_literal(translator: Any, node: nodes.Element) -> None:
    translator._push_status(escape_text=False)
    fence = _fence(node, 1)
    translator.add(f"{fence} " if len(fence) > 1 else fence)


def _depart_literal(translator: Any, node: nodes.Element) -> None:
    fence = _fence(node, 1)
    translator.add(f" {fence}" if len(fence) > 1 else fence)
    translator._pop_status()


def _visit_literal_block(translator: Any, node: nodes.Element) -> None:
    translator._push_status(escape_text=False, preserve_line_breaks=True)
    language = node.get("language", "")
    name = "" if language == "default" else language
    translator.add(f"{_fence(node, 3)}{name}", prefix_eol=1, suffix_eol=1)


def _depart_literal_block(translator: Any, node: nodes.Element) -> None:
    translator.add(_fence(node, 3), prefix_eol=1, suffix_eol=2)
    translator._pop_status()


def _pass(_translator: Any, _node: nodes.Element) -> None:
    """Write only the children."""


def _skip(_translator: Any, _node: nodes.Element) -> None:
    raise nodes.SkipNode


def _visit_question(translator: Any, node: nodes.Element) -> None:
    translator.visit_paragraph(node)
    translator.visit_strong(node)


def _depart_question(translator: Any, node: nodes.Element) -> None:
    translator.depart_strong(node)
    translator.depart_paragraph(node)


# A link or picture with a relative address; blocks of code stay as they are.
_CODE = re.compile(r"(?ms)^(`{3,}).*?^\1`*$|(?<!`)`[^`\n]+`(?!`)")
_LINK = re.compile(r"(?<=\]\()(?!#|\w+:)([^()\s]+)(?=\))")


def absolute(text: str, address: str) -> str:
    """Make the links of a Markdown text absolute.

    :param address: that of the text itself.
    """
    done, place = [], 0
    for code in [*_CODE.finditer(text), None]:
        prose = text[place : code.start() if code else None]
        done.append(_LINK.sub(lambda link: urljoin(address, link[1]), prose))
        if code:
            done.append(code[0])
            place = code.end()
    return "".join(done)


def _make_links_absolute(app: "Sphinx", exception: Exception | None) -> None:
    base = app.config.html_baseurl
    if exception or not base or app.builder.name not in {"html", "dirhtml"}:
        return
    for name in ["llms.txt", *(f"{page}.md" for page in sorted(app.env.found_docs))]:
        path = Path(app.outdir, name)
        if not path.is_file():
            continue
        text = path.read_text("utf-8")
        # Links that a previous build has made absolute stay as they are.
        new = absolute(text, urljoin(base, name))
        index = f"> All pages as Markdown: [llms.txt]({urljoin(base, 'llms.txt')})"
        if name != "llms.txt" and index not in new:
            new = re.sub(r"(?m)^(# .*\n)", rf"\1\n{index}\n", new, count=1)
        if new != text:
            write_atomically(path, new)


def _point_to_llms_txt(
    app: "Sphinx", page: str, _template: str, context: dict[str, Any], tree: object
) -> None:
    if tree is None or app.builder.name not in {"html", "dirhtml"}:
        return
    own = app.builder.get_target_uri(page)
    place = posixpath.relpath("llms.txt", posixpath.dirname(own) or ".")
    link = (
        f'<link rel="alternate" type="text/plain" title="llms.txt" href="{place}"/>\n'
    )
    context["metatags"] = context.get("metatags", "") + link


def _leave_its_button_out(
    _app: "Sphinx", _page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    context["script_files"] = [
        file
        for file in context["script_files"]
        if "copy-as-markdown" not in (getattr(file, "attributes", {}).get("body") or "")
    ]


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Register the extension."""
    app.setup_extension("sphinx_llm_friendly")
    handlers = app.registry.add_translation_handlers
    handlers(what_if, llm_markdown=(_pass, _pass))
    handlers(question, llm_markdown=(_visit_question, _depart_question))
    handlers(permalink, llm_markdown=(_skip, None))
    handlers(run_controls, llm_markdown=(_skip, None))
    handlers(nodes.Text, llm_markdown=(_visit_text, None))  # type: ignore[arg-type]
    handlers(nodes.literal, llm_markdown=(_visit_literal, _depart_literal))
    handlers(
        nodes.literal_block, llm_markdown=(_visit_literal_block, _depart_literal_block)
    )
    # Raw nodes are whole programs for the copy button, and charts of tables.
    handlers(nodes.raw, llm_markdown=(_skip, None))
    handlers(timeline_picture, llm_markdown=(_skip, None))
    app.connect("html-page-context", _leave_its_button_out, priority=900)
    app.connect("html-page-context", _point_to_llms_txt)
    app.connect("build-finished", _make_links_absolute, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
