"""Which Pythons printed an output: a short badge, and the sentence behind it."""

from collections.abc import Sequence

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


def span(pythons: Sequence[str]) -> str:
    """Minor versions, as short as they can be, as a range if possible."""
    if len(pythons) < 3:
        return ", ".join(pythons)
    major, _, first = pythons[0].partition(".")
    wanted = [f"{major}.{int(first) + number}" for number in range(len(pythons))]
    if list(pythons) == wanted:
        return f"{pythons[0]} \N{EN DASH} {pythons[-1]}"
    return ", ".join(pythons)
