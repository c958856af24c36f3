"""Make ``python.inv``: where docs.python.org documents the names that our pages use.

Usage: ``python docs/_tools/trim_inventory.py OBJECTS_INV > docs/_inventory/python.inv``

``OBJECTS_INV`` is the inventory of Python's documentation, as its build, its download
archives and Debian's package ``python3.11-doc`` hold it.  What we write is version 1 of
the same format: plain text, a name a line, which a diff can show and Sphinx can read.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from sphinx.util.inventory import InventoryFile

MODULES = {"asyncio", "concurrent", "contextvars", "threading", "time"}
NAMES = {"gc.collect", "gc.disable", "gc.enable", "inspect.signature", "sys.exit"}
KINDS = ("attribute", "class", "data", "exception", "function", "method")

# Newer than the inventory that the rest comes from.
ADDED = {
    "asyncio.Queue.shutdown": ("method", "library/asyncio-queue.html"),
    "asyncio.QueueShutDown": ("exception", "library/asyncio-queue.html"),
    "asyncio.Task.get_context": ("method", "library/asyncio-task.html"),
    "asyncio.TaskGroup.cancel": ("method", "library/asyncio-task.html"),
    "asyncio.capture_call_graph": ("function", "library/asyncio-graph.html"),
    "asyncio.create_eager_task_factory": ("function", "library/asyncio-task.html"),
    "asyncio.eager_task_factory": ("function", "library/asyncio-task.html"),
    "asyncio.format_call_graph": ("function", "library/asyncio-graph.html"),
    "asyncio.loop.slow_callback_duration": (
        "attribute",
        "library/asyncio-eventloop.html",
    ),
    "asyncio.print_call_graph": ("function", "library/asyncio-graph.html"),
}


def lines(path: Path) -> Iterator[str]:
    """The lines of the trimmed inventory."""
    inventory = InventoryFile.loads(path.read_bytes(), uri="")
    names = dict(ADDED)
    for kind in KINDS:
        for name, item in inventory.data[f"py:{kind}"].items():
            page, _, anchor = item.uri.partition("#")
            # Version 1 knows no other anchors than the name itself.
            if anchor == name and wanted(name, kind):
                names.setdefault(name, (kind, page))
    yield "# Sphinx inventory version 1"
    yield "# Project: Python"
    yield "# Version: 3"
    for name, (kind, page) in sorted(names.items()):
        yield f"{name} {kind} {page}"


def wanted(name: str, kind: str) -> bool:
    """Whether a name is one that pages about asyncio may use."""
    module, _, rest = name.partition(".")
    if not rest:
        return kind == "exception"  # a built-in one
    private = any(part.startswith("_") for part in rest.split("."))
    return name in NAMES or (module in MODULES and not private)


if __name__ == "__main__":
    print("\n".join(lines(Path(sys.argv[1]))))
