"""Which lines of a program a page shows: without metadata, or what has changed."""

import ast
import difflib
import html
import re
from typing import Any

from docutils import nodes

from example_output.example import Example
from example_output.metadata import ExampleError


def show_changes(block: nodes.literal_block, old: Example, new: Example) -> None:
    """Show what has changed in a program, and leave out that its title has.

    The bar over it names both programs.
    """
    bodies = _body(old), _body(new)
    if bodies[0] == bodies[1]:
        bodies = _shown(old), _shown(new)
    # Without its two headings, and without where the first change is.
    rows = list(difflib.unified_diff(*bodies, lineterm=""))[3:]
    text = "\n".join("\N{VERTICAL ELLIPSIS}" if r.startswith("@@") else r for r in rows)
    # Blank lines at either end separate what is not shown.
    text = re.sub(r"^(?: \n)+|(?:\n )+$", "", text)
    block.rawsource = text
    block[:] = [nodes.Text(text)]


def count_from(box: nodes.Element, above: int) -> None:
    """Give the lines of a program their numbers in the file.

    :param above: how many lines of the file are not shown above them.
    """
    for block in box.findall(nodes.literal_block) if above else ():
        options: dict[str, Any] = block.get("highlight_args", {})
        start = options.get("linenostart", 1) + above
        block["highlight_args"] = {**options, "linenostart": start}


def hidden_lines(example: Example) -> tuple[int, int]:
    """The first and the last line of the metadata that pages leave out, or zeros."""
    try:
        return example.metadata.hidden
    except ExampleError:  # which is reported elsewhere
        return 0, 0


def _shown(example: Example) -> list[str]:
    """The lines of a program without its metadata."""
    lines = example.source.decode("utf-8", "replace").splitlines()
    first, last = hidden_lines(example)
    return lines[: max(first - 1, 0)] + lines[last:]


def _body(example: Example) -> list[str]:
    """The lines of a program after its docstring."""
    lines = _shown(example)
    try:
        statements = ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError):
        return lines
    match statements:
        case [ast.Expr(value=ast.Constant(value=str()), end_lineno=int(last)), *_]:
            return "\n".join(lines[last:]).lstrip("\n").split("\n")
    return lines


def complete_source(example: Example, identifier: str) -> nodes.Node:
    """The whole file, hidden: what the copy button copies if only a part is shown."""
    text = html.escape(example.source.decode("utf-8", "replace"), quote=False)
    # The HTML parser drops the line feed after the tag.
    names = f'class="example-complete" id="{identifier}" hidden="hidden"'
    markup = f"<pre {names}>\n{text}</pre>"
    return nodes.raw("", markup, format="html")
