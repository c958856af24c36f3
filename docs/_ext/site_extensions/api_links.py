"""Link names of Python's library to their documentation, where prose has them as code.

``asyncio.gather()`` in a sentence becomes a link without further markup, and so does
the ``task.cancel()`` of a task.  Names are looked up in the inventories of
:mod:`sphinx.ext.intersphinx`, so only documented names are linked.

Names in programs are linked by ``sphinx_codeautolink``; see :mod:`.code_links`.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.ext.intersphinx import InventoryAdapter
from sphinx.transforms.post_transforms import SphinxPostTransform

from example_output.pages.nodes import question

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# The usual variable names for objects of each class in our pages.
_OBJECTS = {
    "event": "asyncio.Event",
    "group": "asyncio.TaskGroup",
    "lock": "asyncio.Lock",
    "loop": "asyncio.loop",
    "queue": "asyncio.Queue",
    "runner": "asyncio.Runner",
    "semaphore": "asyncio.Semaphore",
    "task": "asyncio.Task",
    "tg": "asyncio.TaskGroup",
}
# A name, with or without a call.
_NAME = re.compile(r"(?:await )?(?P<name>[A-Za-z_][\w.]*)(?P<call>\(.*\))?")
_KINDS = ("class", "exception", "function", "method", "attribute", "data")
# Links cannot be nested.  In a heading, or in a question that unfolds its answer, they
# would be in the way.
_WITHOUT = (nodes.reference, nodes.title, nodes.term, nodes.rubric, question)


class ApiLinks(SphinxPostTransform):
    """Insert the links."""

    default_priority = 400

    def run(self, **_kwargs: Any) -> None:
        """Link every literal whose whole text is a documented name."""
        inventory = InventoryAdapter(self.env).main_inventory
        for literal in list(self.document.findall(nodes.literal)):
            # A choice of a question is no link either.
            if "predict-line" in literal["classes"] or _is_within(literal, _WITHOUT):
                continue
            for name in candidates(literal.astext()):
                if uri := _find(inventory, name):
                    literal.replace_self(_link(literal, uri, name))
                    break


def candidates(text: str) -> Iterator[str]:
    """Yield the full names that a piece of code may stand for, the likeliest first."""
    match = _NAME.fullmatch(text)
    if match is None:
        return
    name = match["name"]
    head, dot, rest = name.partition(".")
    if dot or name[0].isupper():
        yield name
        yield f"asyncio.{name}"
    if dot and head in _OBJECTS:
        yield f"{_OBJECTS[head]}.{rest}"
    if not dot and match["call"]:
        yield f"asyncio.{name}"
    if not dot and match["call"] == "()":
        yield f"asyncio.Task.{name}"
        yield f"asyncio.loop.{name}"


def _find(inventory: Any, name: str) -> str | None:
    for kind in _KINDS:
        if item := inventory.get(f"py:{kind}", {}).get(name):
            return str(item.uri)
    return None


def _is_within(node: nodes.Node, kinds: tuple[type[nodes.Element], ...]) -> bool:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, kinds):
            return True
        parent = parent.parent
    return False


def _link(literal: nodes.literal, uri: str, name: str) -> nodes.reference:
    link = nodes.reference("", "", internal=False, refuri=uri, classes=["api-link"])
    link["reftitle"] = f"{name} in Python's documentation"
    link += literal.deepcopy()
    return link


def setup(app: "Sphinx") -> "ExtensionMetadata":
    """Register the extension."""
    app.setup_extension("sphinx.ext.intersphinx")
    app.add_post_transform(ApiLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
