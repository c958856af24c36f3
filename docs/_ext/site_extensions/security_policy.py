"""A content security policy in each page: it loads and contacts only its own site.

Pages carry it themselves, because a host of static files may not let one set headers.
The worker in which a reader's program runs starts from a blob, and so inherits it.
"""

import base64
import hashlib
import html
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


# Not every browser takes the folder of a page without a server for "'self'".
_OWN = "'self' file:"


def policy(template: str) -> str:
    """The policy for pages that are made from a template.

    :param template: its source, whose inline scripts are allowed by their hashes.
    """
    scripts = re.findall(r"<script>(.*?)</script>", template, re.DOTALL)
    return "; ".join(
        [
            f"default-src {_OWN}",
            # For Python, which is WebAssembly, and for scripts that arrive compressed.
            " ".join(
                [f"script-src {_OWN} blob: 'wasm-unsafe-eval'", *map(_hash, scripts)]
            ),
            f"style-src {_OWN} 'unsafe-inline'",
            f"img-src {_OWN} data:",
            f"connect-src {_OWN}",
            f"worker-src {_OWN} blob:",
            "object-src 'none'",
            "base-uri 'none'",
            f"form-action {_OWN}",
        ]
    )


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _extend(
    app: "Sphinx",
    _page: str,
    _template: str,
    context: dict[str, Any],
    _doctree: "nodes.document | None",
) -> None:
    if app.builder.name == "epub":
        return
    templates = app.builder.templates
    source, _, _ = templates.get_source(templates.environment, "base.html")
    content = html.escape(policy(source))
    # It holds for what follows it.
    element = f'<meta content="{content}" http-equiv="Content-Security-Policy"/>\n'
    context["metatags"] = element + context.get("metatags", "")


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Register the extension."""
    app.connect("html-page-context", _extend, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
