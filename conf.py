"""Sphinx settings that differ from the defaults."""

import os
from urllib.parse import urlsplit

from example_output import __version__ as version  # noqa: F401  # read by Sphinx

project = "How to create an asyncio Task in Python"
author = "the asyncio Task tutorial authors"
copyright = "2026, the asyncio Task tutorial authors"  # noqa: A001  # Sphinx's name

# example_output comes first, so that examples run while the others are imported.
extensions = [
    "example_output",
    "site_extensions.api_links",
    "site_extensions.claims_list",
    "site_extensions.code_links",
    "site_extensions.error_messages",
    "site_extensions.feedback_links",
    "site_extensions.markdown_copies",
    "site_extensions.metadata",
    "site_extensions.page_weight",
    "site_extensions.positions",
    "site_extensions.security_policy",
    "site_extensions.search_index",
    "myst_parser",
    "notfound.extension",
    "sphinx_copybutton",
    "sphinx_reredirects",
]
exclude_patterns = ["_ext", "_tools"]

# The inventory of Python's library, as a file, so that builds need no network.
intersphinx_mapping = {"python": ("https://docs.python.org/3", "_inventory/python.inv")}
nitpicky = True

example_output_cure = "make record EXAMPLE={path}"
example_output_playground = ".playground"
example_output_pythons = ["3.11", "3.12", "3.13", "3.14", "3.15"]
example_output_axes = {"uvloop": "3.12", "eager": "3.12"}

# Otherwise llms.txt lists related pages in the order in which parallel processes read
# them, which differs between builds.
llm_friendly_llms_txt_toctree_only = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# The address of the project, if there is one, adds "Edit this page" and "Report a
# problem"; the address of the site adds absolute links.
repository_url = os.environ.get("REPOSITORY_URL", "")
html_baseurl = os.environ.get("SITE_URL", "")
# For the page "not found", which is served under any address.
notfound_urls_prefix = urlsplit(html_baseurl).path.rstrip("/") + "/"
notfound_context = {
    "title": "Page not found",
    "body": "<h1>Page not found</h1><p>There is no page at this address.</p><ul>"
    + "".join(
        f'<li><a href="{notfound_urls_prefix}{page}.html">{words}</a></li>'
        for page, words in (
            ("search", "Search this site"),
            ("index", "How to create an asyncio Task"),
            ("tutorial/what-is-a-task", "The tutorial, from its first page"),
            ("reference/errors", "Error messages"),
            ("reference/examples", "All examples"),
        )
    )
    + "</ul>",
}

# For each page that has moved: its old name, and its new place.  docs/_addresses.txt
# lists all pages that ever existed.
redirects: dict[str, str] = {}

html_theme = "furo"
html_title = "asyncio Tasks"
html_static_path = ["docs/_static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
templates_path = ["docs/_templates"]
html_favicon = "docs/_static/favicon.svg"
html_copy_source = False
# Pages that repeat what others explain come after them in the search.
search_weights = {
    "about/*": 0.5,
    "authors/*": 0.3,
    "contributing": 0.3,
    "index": 0.7,
    "reference/examples": 0.5,
    "tutorial/takeaways": 0.7,
}
html_show_sphinx = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "github-dark"
html_theme_options = {
    # site.js has them, and lets the reader turn them off.
    "enable_search_shortcuts": False,
    "light_css_variables": {
        "color-brand-primary": "#0b57d0",
        "color-brand-content": "#0b57d0",
        "color-foreground-primary": "#1f2328",
        "color-foreground-secondary": "#59636e",
        "color-foreground-muted": "#59636e",
        "color-background-secondary": "#f6f8fa",
        "color-background-border": "#d8dee4",
        "color-sidebar-link-text--top-level": "var(--color-foreground-secondary)",
        "color-sidebar-caption-text": "var(--color-foreground-primary)",
        "color-inline-code-background": "#f3f5f8",
        "color-code-background": "#ffffff",
        "color-comment": "#59636e",
        "example-line": "#d8dee4",
        "example-quiet": "#59636e",
        "example-wash": "#f6f8fa",
        "example-accent": "#0b57d0",
        "example-on-accent": "#ffffff",
        "example-wait": "#6e7781",
        "example-ready": "#9a6700",
        "example-block": "#bc4c00",
        "example-bad": "#cf222e",
        "example-good": "#1a7f37",
    },
    "dark_css_variables": {
        "color-brand-primary": "#79b8ff",
        "color-brand-content": "#79b8ff",
        "color-foreground-primary": "#e6edf3",
        "color-foreground-secondary": "#a3abb5",
        "color-foreground-muted": "#a3abb5",
        "color-background-secondary": "#191c20",
        "color-background-border": "#363c44",
        "color-sidebar-link-text--top-level": "var(--color-foreground-secondary)",
        "color-sidebar-caption-text": "var(--color-foreground-primary)",
        "color-inline-code-background": "#22262c",
        "color-code-background": "#171a1e",
        "color-comment": "#959eaa",
        "example-line": "#363c44",
        "example-quiet": "#a3abb5",
        "example-wash": "#1c2025",
        "example-accent": "#58a6ff",
        "example-on-accent": "#0d1117",
        "example-wait": "#8b949e",
        "example-ready": "#d29922",
        "example-block": "#f0883e",
        "example-bad": "#ff7b72",
        "example-good": "#3fb950",
    },
}

# Programs have a copy button; outputs have none, and prompts are never copied.
copybutton_selector = "div:not(.example-text) > div.highlight pre"
copybutton_prompt_text = r">>> |\.\.\. ?|\$ "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos"

epub_show_urls = "footnote"
epub_exclude_files = ["_static/search/minisearch.LICENSE.txt"]  # without the search
latex_engine = "xelatex"
linkcheck_anchors_ignore_for_url = [r"https://peps\.python\.org/.*"]
