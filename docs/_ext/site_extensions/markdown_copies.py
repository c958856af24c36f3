"""Each page as Markdown beside its HTML, with the real code and outputs; ``llms.txt``.

``sphinx_llm_friendly`` writes them.  This extension adds support for the nodes of
:mod:`example_output`, and removes its button, because our template has one.
"""

from typing import TYPE_CHECKING, Any

from docutils import nodes

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
    # Raw nodes are whole programs for the copy button, and charts of tables.
    handlers(nodes.raw, llm_markdown=(_skip, None))
    handlers(timeline_picture, llm_markdown=(_skip, None))
    app.connect("html-page-context", _leave_its_button_out, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
