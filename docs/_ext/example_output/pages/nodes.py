"""Our nodes, and how they are written."""

import html
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from docutils import nodes

from example_output.pages.words import _, marked
from example_output.timeline.picture import draw, explain
from example_output.timeline.story import ticks

if TYPE_CHECKING:
    from sphinx.writers.html5 import HTML5Translator


class output_placeholder(nodes.General, nodes.Element):  # noqa: N801  # as docutils' own
    """A placeholder for the output of ``example``; see :mod:`.outputs`."""


class source_bar(nodes.General, nodes.Element):  # noqa: N801
    """A placeholder for the bar over the source of ``example``."""


class timeline_placeholder(nodes.General, nodes.Element):  # noqa: N801
    """A placeholder for the timeline of ``example``; see :mod:`.outputs`."""


class timeline_picture(nodes.General, nodes.Element):  # noqa: N801
    """The picture of a timeline's ``events``, for formats that can show it."""


class run_controls(nodes.Inline, nodes.Element):  # noqa: N801
    """The Run and Edit buttons of ``example``, or the reason why there are none.

    ``pythons`` are those that readers can choose for it, besides the usual one.
    """


class permalink(nodes.Inline, nodes.Element):  # noqa: N801
    """The permalink of a program or an output."""


class python_label(nodes.inline):  # noqa: N801  # as docutils' own
    """The Python that printed an output.

    In HTML it is ``badge``, a button that opens the ``sentence``; elsewhere its text.
    """


class strip(nodes.paragraph):  # noqa: N801
    """On what an output was tried.

    In HTML it is a list of its ``cells``; elsewhere its text.
    """


class practice_box(nodes.container):  # noqa: N801
    """A question or an exercise; in HTML it is a group with the name ``label``.

    Its first child is the question; in an exercise, its second one is the task.
    """


class site_only(nodes.raw):  # noqa: N801
    """HTML for the scripts of a site, which books leave out."""


class what_if(nodes.General, nodes.Element):  # noqa: N801  # as docutils' own
    """A question whose answer is hidden until the reader asks for it."""


STATES = (
    marked("same"),
    marked("differs"),
    marked("not run"),
    marked("not tried yet"),
)
"""What is known of a cell of a strip."""


class question(nodes.Part, nodes.TextElement):  # noqa: N801
    """The question."""


_CONTROLS = (
    '<span class="example-actions" data-file="{file}"{more}><button type="button" '
    'aria-label="{run} {name}">{run}</button><button type="button" '
    'aria-label="{edit} {name}">{edit}</button></span>'
)


def visit_run_controls(translator: "HTML5Translator", node: nodes.Element) -> None:
    """Write the buttons, which the script activates, or the reason."""
    translator.body.append(controls(node["example"], node["reason"], node["pythons"]))
    raise nodes.SkipNode


def controls(file: str, reason: str, pythons: Sequence[str] = ()) -> str:
    """The buttons of a program as HTML, or why there are none.

    :param pythons: those that readers can choose for it, besides the usual one.
    """
    if reason:
        note = html.escape(_("Does not run in the page: {reason}.", reason=reason))
        return f'<span class="example-no-run">{note}</span> '
    name = html.escape(file.rpartition("/")[2])
    more = f' data-pythons="{" ".join(pythons)}"' if pythons else ""
    run, edit = html.escape(_("Run")), html.escape(_("Edit"))
    file = html.escape(file)
    return _CONTROLS.format(file=file, name=name, more=more, run=run, edit=edit)


def visit_permalink(translator: "HTML5Translator", node: nodes.Element) -> None:
    """Write the link; it is the last item of its bar."""
    label = html.escape(_("Link to {what}", what=node["what"]))
    translator.body.append(
        f'<a class="example-link" href="#{node["target"]}" aria-label="{label}">#</a>'
    )


def depart_permalink(_translator: "HTML5Translator", _node: nodes.Element) -> None:
    """Write nothing: the link has no children."""


def visit_python_label(translator: "HTML5Translator", node: python_label) -> None:
    """Write the badge and its sentence, which the browser opens without a script."""
    if translator.builder.name == "epub":
        translator.visit_inline(node)
        return
    before = sum("example-badge" in part for part in translator.body)
    name = f"example-python-{before + 1}"
    badge, sentence = html.escape(node["badge"]), html.escape(node["sentence"])
    held = ' <span class="held">\N{CHECK MARK}</span>' if node["held"] else ""
    translator.body.append(
        f'<button type="button" class="example-badge" popovertarget="{name}" '
        f'aria-describedby="{name}">{badge}{held}</button>'
        f'<span id="{name}" popover class="example-python">{sentence}</span>'
    )
    raise nodes.SkipNode


def depart_python_label(translator: "HTML5Translator", node: python_label) -> None:
    """Close the text of an e-book."""
    translator.depart_inline(node)


def visit_strip(translator: "HTML5Translator", node: strip) -> None:
    """Write the cells: the name, and for who cannot see the mark, its meaning."""
    if translator.builder.name == "epub":
        translator.visit_paragraph(node)
        return
    items = []
    for name, state, target in node["cells"]:
        text = f"{name}<span> {html.escape(_(state))}</span>"
        if target:
            text = f'<a href="#{target}">{text}</a>'
        classes = ["axis"] * name.isalpha() + [state.replace(" ", "-")]
        items.append(f'<li class="{" ".join(classes)}">{text}</li>')
    body, label = "".join(items), html.escape(_("Printed on"))
    translator.body.append(
        f'<ul class="example-strip" aria-label="{label}">{body}</ul>\n'
    )
    raise nodes.SkipNode


def depart_strip(translator: "HTML5Translator", node: strip) -> None:
    """Close the text of an e-book."""
    translator.depart_paragraph(node)


def steps(example: str, place: str) -> nodes.raw:
    """An empty box, which its script fills with the steps of an example.

    :param place: the address of the steps, beside the scripts.
    """
    name, place = html.escape(example), html.escape(place)
    summary = html.escape(_("Line by line, with variables"))
    return nodes.raw(
        "",
        f'<details class="what-if run-lines example-lines" data-name="{name}" '
        f'data-steps="{place}"><summary>{summary}</summary>'
        "</details>\n",
        format="html",
    )


def visit_picture(translator: "HTML5Translator", node: nodes.Element) -> None:
    """Draw the picture, except in e-books, which lack the script and style sheet."""
    if translator.builder.name != "epub":
        name, events, links = node["name"], node["events"], node["links"]
        data = html.escape(json.dumps(ticks(events), separators=(",", ":")))
        translator.body.append(
            # The script fills the player, which has its height from the start, so that
            # nothing moves.
            f'<div class="timeline-player" data-name="{html.escape(name)}"></div>\n'
            f'<div class="timeline-picture" data-ticks="{data}" '
            f'data-code="{links.code}" data-output="{links.output}">'
            f"{draw(name, events, links, node['target'])}</div>\n{explain(events)}"
        )
    raise nodes.SkipNode


def visit_practice_box(translator: "HTML5Translator", node: practice_box) -> None:
    """Open a group of its own, and not one of the theme's containers."""
    label: dict[str, Any] = {"aria-label": node["label"]}
    translator.body.append(translator.starttag(node, "div", role="group", **label))


def depart_practice_box(translator: "HTML5Translator", _node: practice_box) -> None:
    """Close it."""
    translator.body.append("</div>\n")


def visit_site_only(translator: "HTML5Translator", node: site_only) -> None:
    """Write it, except in an e-book, whose readers run no script."""
    if translator.builder.name != "epub":
        translator.body.append(node.astext())
    raise nodes.SkipNode


def on_site(markup: str) -> site_only:
    """HTML for the scripts of a site."""
    return site_only("", markup, format="html")


def status() -> site_only:
    """Where scripts say how an answer, or a run, was."""
    return on_site("<output></output>\n")


def visit_what_if(translator: "HTML5Translator", node: nodes.Element) -> None:
    """Open an element that browsers unfold without a script."""
    tag = translator.starttag(node, "details", CLASS="what-if")
    if node.get("open"):
        tag = tag.replace("<details", '<details open="open"', 1)
    translator.body.append(tag)


def depart_what_if(translator: "HTML5Translator", _node: nodes.Element) -> None:
    """Close it."""
    translator.body.append("</details>\n")


def visit_question(translator: "HTML5Translator", _node: nodes.Element) -> None:
    """Open the part that is always visible."""
    translator.body.append("<summary>")


def depart_question(translator: "HTML5Translator", _node: nodes.Element) -> None:
    """Close it."""
    translator.body.append("</summary>\n")
