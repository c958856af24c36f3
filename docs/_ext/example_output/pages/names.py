"""The names of our directives and roles, and whether others have taken them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils.parsers.rst import directives as known_directives
from docutils.parsers.rst import roles as known_roles

from example_output.pages import (
    catalogue,
    directives,
    exercise,
    lab,
    practice,
    predict,
    roles,
    tables,
)
from example_output.problems import Kind, Problem

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_DIRECTIVES: dict[str, type] = {
    "lab": lab.LabDirective,
    "example": directives.ExampleDirective,
    "what-if": directives.WhatIfDirective,
    "predict": predict.PredictDirective,
    "exercise": exercise.ExerciseDirective,
    "practice-list": practice.PracticeListDirective,
    "example-output": directives.ExampleOutputDirective,
    "example-timeline": directives.ExampleTimelineDirective,
    "example-list": catalogue.ExampleListDirective,
    "example-warning-types": tables.WarningTypesDirective,
    "example-checks": tables.ChecksDirective,
    "example-facts": tables.FactsDirective,
    "example-rules": tables.RulesDirective,
    "example-options": tables.OptionsDirective,
}
_ROLES: dict[str, type[roles.ClaimRole]] = {
    "printed": roles.PrintedRole,
    "written": roles.WrittenRole,
    "example-fact": roles.FactRole,
}
SECOND = {
    "lab": "example-lab",
    "example": "example-program",
    "what-if": "example-what-if",
    "predict": "example-predict",
    "exercise": "example-exercise",
    "practice-list": "example-practice-list",
    "printed": "example-printed",
    "written": "example-written",
}
"""Second names of what other extensions may call by the first."""


def register(app: "Sphinx") -> None:
    """Add all directives and roles, under both of their names."""
    for name, directive in _DIRECTIVES.items():
        for one in {name, SECOND.get(name, name)}:
            app.add_directive(one, directive)
    for name, role in _ROLES.items():
        for one in {name, SECOND.get(name, name)}:
            app.add_role(one, role())


def connect(app: "Sphinx") -> None:
    """Connect what the pages of some directives need."""
    predict.connect(app)
    practice.connect(app)


def taken(conf: Path) -> Iterator[tuple[str, Problem]]:
    """Yield a problem for each name that is no longer ours, and its place.

    :param conf: the ``conf.py`` of the project.
    """
    # docutils has no function that asks without an error; Sphinx uses these, too.
    found: dict[str, Any] = vars(known_directives)["_directives"]
    for name, directive in _DIRECTIVES.items():
        if (other := found.get(name)) is not directive:
            yield f"{conf}:1", _taken("directive", name, other)
    found = vars(known_roles)["_roles"]
    for name, role in _ROLES.items():
        if not isinstance(other := found.get(name), role):
            yield f"{conf}:1", _taken("role", name, other)


def _taken(kind: str, name: str, other: object) -> Problem:
    """The problem of a name that belongs to another extension."""
    it = other if hasattr(other, "__qualname__") else type(other)
    whose = f"{getattr(it, '__module__', '')}.{getattr(it, '__qualname__', '')}"
    write = f"write {SECOND[name]} in pages and suppress this warning, or " * (
        name in SECOND
    )
    cure = f"{write}name example_output after that extension in conf.py"
    return Problem(
        Kind.TAKEN,
        name,
        f"the {kind} of this name is that of another extension, {whose}",
        cure=cure[0].upper() + cure[1:],
    )
