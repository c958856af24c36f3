"""Greet people."""

import warnings
from importlib.resources import files


def greet(name):
    """A greeting for somebody."""
    if not name:
        raise ValueError("nobody to greet")
    start = files(__name__).joinpath("words.txt").read_text("utf-8").strip()
    return f"{start}, {name}"


def hello(name):
    """The old name of :func:`greet`."""
    warnings.warn("hello() is now greet()", DeprecationWarning, stacklevel=2)
    return greet(name)
