"""``{lab}``: a program of the reader's own, in the page, and what its tasks do."""

import html
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar, cast

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from example_output.pages.domain import ExampleDomain
from example_output.pages.nodes import controls
from example_output.pages.words import _

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from example_output.example import Example

FILE = "program.py"
"""The name of the reader's program."""
_START = """\
import asyncio


async def main():
    await asyncio.sleep(1)


asyncio.run(main())
"""


class lab(nodes.General, nodes.Element):  # noqa: N801  # as docutils' own
    """The lab; ``start`` is the program to begin with."""


class LabDirective(SphinxDirective):
    """Insert a lab, whose content is the program to begin with.

    Run and Share work on it as on an example; a menu replaces it by any example.
    """

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Insert the node, which is written when all examples are known."""
        domain = cast("ExampleDomain", self.env.get_domain(ExampleDomain.name))
        page = domain.page(self.env.docname)
        page.lab = True
        page.lists = domain.folders()
        start = "\n".join(self.content).strip("\n")
        return [lab(start=f"{start}\n" if start else _START)]


class LabTransform(SphinxPostTransform):
    """Replace labs by their HTML, which the script brings to life."""

    default_priority = 5

    def run(self, **_kwargs: Any) -> None:
        """Write the menu and the program; formats without scripts get nothing."""
        domain = cast("ExampleDomain", self.env.get_domain(ExampleDomain.name))
        for place in list(self.document.findall(lab)):
            if self.app.builder.name == "epub":
                place.parent.remove(place)
            else:
                text = _written(domain, place["start"])
                place.replace_self(nodes.raw("", text, format="html"))


def _written(domain: ExampleDomain, start: str) -> str:
    reason = "" if domain.runs else _("the site was built without a Python for it")
    begin, own = html.escape(_("Begin with")), html.escape(_("a program of your own"))
    hint = (
        _("When you press Run, you see here what its tasks do.") if not reason else ""
    )
    return (
        '<div class="example-lab"><p class="lab-menu"><label for="lab-choice">'
        f'{begin}</label> <select id="lab-choice">'
        f'<option value="">{own}</option>{_options(domain)}'
        '</select></p><p class="lab-note" role="status"></p>'
        '<div class="example"><div class="example-source">'
        f'<p class="example-bar"><code class="example-name">{FILE}</code> '
        f"{controls(FILE, reason, domain.evidence.others)}</p>"
        '<div class="highlight-python notranslate">'
        f'<div class="highlight"><pre>{html.escape(start)}</pre></div></div></div>'
        f'<p class="lab-hint">{html.escape(hint)}</p>'
        "</div></div>\n"
    )


def _options(domain: ExampleDomain) -> str:
    """The options of the menu: all examples that run in a page, by folder."""
    examples = domain.gate.folder.examples.values()
    shown = [e for e in examples if domain.place(e.name) and domain.runs_in_page(e)]
    groups = groupby(shown, lambda example: example.name.rpartition("/")[0])
    return "".join(
        f'<optgroup label="{html.escape(folder or _("examples"))}">'
        f"{''.join(map(_option, group))}</optgroup>"
        for folder, group in groups
    )


def _option(example: "Example") -> str:
    title = f"{example.title} ({example.path.name})".strip()
    return f'<option value="{html.escape(example.name)}">{html.escape(title)}</option>'


def _labs(domain: ExampleDomain) -> Iterator[str]:
    yield from (name for name, page in sorted(domain.pages.items()) if page.lab)


def link_to_lab(
    app: "Sphinx", docname: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Tell the scripts of a page where the lab is; a connected function of Sphinx."""
    domain = cast("ExampleDomain", app.env.get_domain(ExampleDomain.name))
    place = next(_labs(domain), None)
    if place and domain.runs and docname in domain.pages:
        address = html.escape(context["pathto"](place))
        context["metatags"] = (
            f'{context.get("metatags", "")}<meta name="example-lab" '
            f'content="{address}">\n'
        )
