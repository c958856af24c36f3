"""Our own words on pages, in the language of the project.

The catalogues are in ``locale/``; a language without one gets English.
"""

import json
from gettext import GNUTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.locale import get_translator

from example_output.files import write_atomically
from example_output.timeline.words import _, decimal, marked, ngettext, speak

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder

__all__ = ["_", "decimal", "marked", "ngettext"]

CATALOGUE = "example_output"
FOLDER = Path(__file__).parents[1] / "locale"
SCRIPT = "example_words.js"
"""The words of a language for the scripts, beside them; there is none for English."""


def table(translator: GNUTranslations) -> dict[str, Any]:
    """A catalogue as data, for scripts and for the Python of a reader's page.

    ``texts`` are by their English; those with a number are lists, and ``forms`` says
    which is for 0, 1, 2 and so on.
    """
    texts: dict[str, Any] = {}
    for key, text in sorted(_entries(translator), key=str):
        if isinstance(key, tuple):
            texts.setdefault(key[0], []).append(text)
        elif key:
            texts[key] = text
    plural: Any = translator.plural  # type: ignore[attr-defined]
    return {"forms": [int(plural(number)) for number in range(200)], "texts": texts}


def _entries(translator: GNUTranslations) -> list[tuple[Any, str]]:
    """The texts by their keys, which are pairs for texts with a number."""
    return list(vars(translator)["_catalog"].items())


def connect(app: "Sphinx") -> None:
    """Read the catalogue, and connect what scripts need of it."""
    app.add_message_catalog(CATALOGUE, str(FOLDER))
    # Asked at each call, since the translations of Sphinx end with its app.
    speak(
        lambda text: get_translator(CATALOGUE).gettext(text),
        lambda *words: get_translator(CATALOGUE).ngettext(*words),
    )
    if isinstance(get_translator(CATALOGUE), GNUTranslations):
        app.add_js_file(SCRIPT, priority=400)  # before all other scripts
        app.connect("write-started", _write_script)


def _write_script(app: "Sphinx", _builder: "Builder") -> None:
    """Write the words that the pages load, before their scripts get addresses."""
    translator = get_translator(CATALOGUE)
    if app.builder.format == "html" and isinstance(translator, GNUTranslations):
        words = json.dumps(table(translator), ensure_ascii=False, separators=(",", ":"))
        text = f"(window.exampleOutput ??= {{}}).table = {words};\n"
        # A label that the style sheet makes.
        label = json.dumps(json.dumps(_("Download"), ensure_ascii=False))
        style = "document.documentElement.style"
        text += f'{style}.setProperty("--example-download", {label});\n'
        folder = Path(app.outdir, "_static")
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / SCRIPT, text)
