"""The words of pictures and sentences, in the language of whoever has set one.

English is the text and the key, as in gettext.  In a build, :mod:`.pages.words` sets
the language of the project; in a reader's page, :func:`use` takes it from a request.
Nobody else sets one, so recordings are English.
"""

from collections.abc import Callable, Mapping
from typing import Any


def _one_or_more(one: str, more: str, number: int) -> str:
    return one if number == 1 else more


class _Language:
    """What translates a text, and a text that depends on a number."""

    gettext: Callable[[str], str] = staticmethod(str)
    ngettext: Callable[[str, str, int], str] = staticmethod(_one_or_more)


_language = _Language()


def speak(
    gettext: Callable[[str], str] = str,
    ngettext: Callable[[str, str, int], str] = _one_or_more,
) -> None:
    """Set the language, or English.

    :param gettext: translates a text.
    :param ngettext: translates a text for one or for more, by their number.
    """
    _language.gettext, _language.ngettext = gettext, ngettext


def language() -> tuple[Callable[[str], str], Callable[[str, str, int], str]]:
    """What was set, as the arguments of :func:`speak`."""
    return _language.gettext, _language.ngettext


def use(table: Mapping[str, Any] | None) -> None:
    """Set the language of a page.

    :param table: as :func:`.pages.words.table` makes it; ``None`` for English.
    """
    if not table:
        speak()
        return
    texts, forms = table["texts"], table["forms"]

    def several(one: str, more: str, number: int) -> str:
        # The form repeats after a hundred.
        form = number if number < len(forms) else 100 + number % 100
        found = texts.get(one)
        return found[forms[form]] if found else _one_or_more(one, more, number)

    speak(lambda text: texts.get(text, text), several)


def _(text: str, /, **values: object) -> str:
    """A text in the language that is set.

    :param values: what replaces ``{name}`` in it.
    """
    found = _language.gettext(text)
    return found.format(**values) if values else found


def ngettext(one: str, more: str, number: int, /, **values: object) -> str:
    """A text for a number of things, in the language that is set.

    :param values: what replaces ``{name}`` in it; ``{n}`` is the number.
    """
    return _language.ngettext(one, more, number).format(n=number, **values)


def decimal(text: str) -> str:
    """A number, with the signs of the language that is set.

    :param text: as in English, such as ``1,000.5``.
    """
    signs = _("1,000.5")
    return text.translate(str.maketrans(",.", signs[1] + signs[5]))


def marked(text: str) -> str:
    """A text that is translated when it is used: this only names it for catalogues."""
    return text
