"""Pages load no unused script or style; of the others no comment and no indentation.

The style sheets that all pages have are one, which is compressed better; of the theme's
own it has the rules that can apply to a page of this site.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING, Any

from example_output.files import write_atomically

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# The search, its shortcuts and the marks of its words, which this site has of its own.
UNUSED = {"_static/doctools.js", "_static/sphinx_highlight.js"}
# Their words in other languages than English, which need the first of them.
UNUSED.add("_static/translations.js")
# What sphinx-copybutton needs of this library, site.js has.
UNUSED.add("_static/clipboard.min.js")
# The theme's styles for other extensions; site.css has what copy buttons need of them.
UNUSED.add("_static/styles/furo-extensions.css")
_SITES = {"html", "dirhtml"}
# Whoever marks a comment so wants it to be kept: it holds a licence.
_STYLE = re.compile(r"\s*/\*(?!!).*?\*/", re.DOTALL)
_SCRIPT = re.compile(r"^[ \t]*(?://.*|/\*\*(?s:(?!\*/).)*\*/)\n", re.MULTILINE)
_INDENTATION = re.compile(r"^\s+", re.MULTILINE)
# The sheets of all pages, in their order; what only some pages need is none of them.
_THEME = "styles/furo.css"
_PARTS = f"pygments.css {_THEME} example_output.css sphinx-codeautolink.css".split()
_PARTS += ["copybutton.css", "site.css"]
_WHOLE = "styles.css"
_LINK = re.compile(rf'(_static/{re.escape(_WHOLE)})[^"]*')
# Parts of a style sheet.
_RULE = re.compile(r"([^{}@;]+)\{([^{}]*)\}")
_EMPTY = re.compile(r"@media[^{};]*\{\}")
_COMMA = re.compile(r",(?![^(]*\))")
_OTHER = re.compile(r":not\([^()]*\)|\[[^\]]*\]")
_NAME = re.compile(r"[.#]([a-zA-Z_][\w-]*)")


def lighter(name: str, text: str) -> str:
    """A style sheet or a script without its comments, indentation and empty lines.

    :param name: that of its file.
    """
    pattern = _STYLE if name.endswith(".css") else _SCRIPT
    return _INDENTATION.sub("", pattern.sub("", text))


def applicable(style: str, names: AbstractSet[str]) -> str:
    """A style sheet without the rules for classes and ids that nothing has.

    :param names: the classes and ids that there are.
    """

    def kept(rule: re.Match[str]) -> str:
        applies = [
            selector
            for selector in _COMMA.split(rule[1])
            if set(_NAME.findall(_OTHER.sub("", selector))) <= names
        ]
        return f"{','.join(applies)}{{{rule[2]}}}" if applies else ""

    style, count = _RULE.sub(kept, style), 1
    while count:
        style, count = _EMPTY.subn("", style)
    return style


def names_in(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """The classes and ids of pages, and all words of scripts, which may add classes."""
    names: set[str] = set()
    for page in pages:
        for value in re.findall(r'\b(?:class|id)="([^"]*)"', page):
            names.update(value.split())
    for script in scripts:
        names.update(re.findall(r"[\w-]+", script))
    return names


def _sources(static: Path, name: str) -> Iterator[Path]:
    """What may be read by whoever writes it: not what is compressed already."""
    for folder in (static, static / "run", static / "search"):
        yield from sorted(folder.glob(name))


def _lighten(app: "Sphinx", exception: Exception | None) -> None:
    if exception or app.builder.name not in _SITES:
        return
    static = Path(app.outdir, "_static")
    for path in [*_sources(static, "*.css"), *_sources(static, "*.js")]:
        text = path.read_text("utf-8")
        if (new := lighter(path.name, text)) != text:
            write_atomically(path, new)
    _unite(Path(app.outdir))


def _unite(site: Path) -> None:
    """Write the style sheet of all pages, and its address, which names the content."""
    static = site / "_static"
    pages = {path: path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}
    # The theme's scripts are in a folder of their own.
    scripts = [path.read_text("utf-8") for path in sorted(static.rglob("*.js"))]
    files = [name for name in _PARTS if (static / name).is_file()]
    parts = {name: lighter(name, (static / name).read_text("utf-8")) for name in files}
    if _THEME in parts:
        parts[_THEME] = applicable(parts[_THEME], names_in(pages.values(), scripts))
    whole = "\n".join(parts.values())
    write_atomically(static / _WHOLE, whole)
    digest = hashlib.sha256(whole.encode()).hexdigest()[:8]
    for path, text in pages.items():
        if (new := _LINK.sub(rf"\g<1>?v={digest}", text)) != text:
            write_atomically(path, new)


def _leave_unused_out(
    app: "Sphinx", _page: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    if app.builder.name not in _SITES:
        return
    for kind in ("script_files", "css_files"):
        context[kind] = [f for f in context[kind] if _address(f) not in UNUSED]
    united = {f"_static/{name}" for name in _PARTS}
    others = [f for f in context["css_files"] if _address(f) not in united]
    # It is the first, since what only some pages have comes after the theme's.
    context["css_files"] = [f"_static/{_WHOLE}", *others]


def _address(file: Any) -> str:
    return str(getattr(file, "filename", file))


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Register the extension."""
    app.connect("html-page-context", _leave_unused_out, priority=900)
    app.connect("build-finished", _lighten, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
