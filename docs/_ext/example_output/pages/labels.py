"""Which Pythons printed an output: a short badge, and the sentence behind it."""

from collections.abc import Sequence

from example_output.folder import EVERY
from example_output.pages.nodes import python_label


def label_of(
    sentence: str, pythons: Sequence[str], otherwise: str = "", *, held: bool = False
) -> python_label:
    """The label of an output.

    :param sentence: all that is known about who printed it.
    :param pythons: the minor versions on which it was printed, oldest first.
    :param otherwise: what the badge says if there are none.
    :param held: whether this build has printed it, as recorded.
    """
    badge = span(pythons) or otherwise
    return python_label(
        "",
        f"({sentence})",
        classes=["example-python"],
        sentence=sentence,
        badge=badge,
        held=held,
    )


def unless_run(label: str) -> str:
    """The badge of an output that was not run on any Python that is known.

    :param label: the versions of Python that it is for, in words.
    """
    return "not run" if label == EVERY else label.removeprefix("Python ")


def span(pythons: Sequence[str]) -> str:
    """Minor versions, as short as they can be, as a range if possible."""
    if len(pythons) < 3:
        return ", ".join(pythons)
    major, _, first = pythons[0].partition(".")
    wanted = [f"{major}.{int(first) + number}" for number in range(len(pythons))]
    if list(pythons) == wanted:
        return f"{pythons[0]} \N{EN DASH} {pythons[-1]}"
    return ", ".join(pythons)
