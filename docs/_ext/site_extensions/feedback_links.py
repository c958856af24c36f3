"""Link each page to its source, and to a new issue that names the page.

``repository_url`` in ``conf.py`` is the project's address, such as
``https://github.com/OWNER/NAME``; without it there are no such links.
"""

import os
import subprocess
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def commit() -> str:
    """The commit that is built, or "unknown"."""
    if named := os.environ.get("GITHUB_SHA"):
        return named
    words = ["git", "rev-parse", "HEAD"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def report_url(repository: str, page: str, version: str, built: str) -> str:
    """The address of a new issue, filled in with the page, version and commit."""
    body = (
        f"Page: {page}\nProgram, if it is about one:\nVersion: {version}\n"
        f"Commit: {built}\n\nWhat is wrong:\n"
    )
    fields = urlencode({"title": f"Problem on {page}", "body": body})
    return f"{repository}/issues/new?{fields}"


def _extend(
    app: "Sphinx",
    page: str,
    _template: str,
    context: dict[str, Any],
    doctree: "nodes.document | None",
) -> None:
    repository = app.config.repository_url.rstrip("/")
    if not repository or doctree is None:
        return
    source = app.env.doc2path(page, base=False)
    context["edit_url"] = f"{repository}/edit/main/docs/{source}"
    context["report_url"] = report_url(
        repository, page, app.config.version, app.config.repository_commit
    )


def _find_commit(app: "Sphinx") -> None:
    if app.config.repository_url:
        app.config.repository_commit = commit()


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Register the extension."""
    app.add_config_value("repository_url", "", "html", str)
    app.add_config_value("repository_commit", "", "", str)
    app.connect("builder-inited", _find_commit)
    app.connect("html-page-context", _extend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
