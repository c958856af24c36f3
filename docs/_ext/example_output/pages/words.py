"""Our own words on pages, in the language of the project.

The catalogues are in ``locale/``; a language without one gets English.
"""

from pathlib import Path

from sphinx.locale import get_translation

CATALOGUE = "example_output"
FOLDER = Path(__file__).parents[1] / "locale"

translate = get_translation(CATALOGUE)


def _(text: str, /, **values: object) -> str:
    """A text in the language of the project.

    :param values: what replaces ``{name}`` in it.
    """
    return str(translate(text)).format(**values) if values else str(translate(text))
