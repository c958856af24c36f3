"""Directives that list tables of the code, so that pages are always up to date."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from example_output.normalize import RULES
from example_output.pages.claims import FACTS
from example_output.problems import Kind
from example_output.settings import OPTIONS
from example_output.timeline.checks import VERBS, Check


class _ListDirective(SphinxDirective):
    """A definition list, generated from a table of the code."""

    rows: ClassVar[Callable[[], Iterator[tuple[str, str]]]]

    def run(self) -> list[nodes.Node]:
        """Make the list."""
        items = nodes.definition_list()
        for term, text in type(self).rows():
            names, _ = self.parse_inline(term)
            words = self.parse_text_to_nodes(text)
            items += nodes.definition_list_item(
                "", nodes.term("", "", *names), nodes.definition("", *words)
            )
        return [items]


class WarningTypesDirective(_ListDirective):
    """``{example-warning-types}``: what can be wrong, from :class:`.problems.Kind`."""

    @staticmethod
    def rows() -> Iterator[tuple[str, str]]:
        """Each warning type and its meaning."""
        return ((f"``example_output.{kind.value}``", kind.meaning) for kind in Kind)


class FactsDirective(_ListDirective):
    """``{example-facts}``: the kinds of fact, from :data:`.pages.claims.FACTS`."""

    @staticmethod
    def rows() -> Iterator[tuple[str, str]]:
        """Each fact and its meaning."""
        return ((f"``{known.usage}``", known.meaning) for known in FACTS.values())


class ChecksDirective(_ListDirective):
    """``{example-checks}``: what exercises can check, each kind with an example."""

    @staticmethod
    def rows() -> Iterator[tuple[str, str]]:
        """Each kind of check, and what must be so."""
        examples = [verb.example for verb in VERBS.values()]
        return ((f"``{text}``", Check(text, 1).wanted) for text in examples)


class RulesDirective(_ListDirective):
    """``{example-rules}``: what normalizing changes, from :data:`.normalize.RULES`."""

    @staticmethod
    def rows() -> Iterator[tuple[str, str]]:
        """Each rule and its reason."""
        return ((rule.title, rule.reason) for rule in RULES)


class OptionsDirective(_ListDirective):
    """``{example-options}``: configuration values, from :data:`.settings.OPTIONS`."""

    @staticmethod
    def rows() -> Iterator[tuple[str, str]]:
        """Each configuration value, its default and its meaning."""
        for name, option in OPTIONS.items():
            yield f"``example_output_{name} = {option.default!r}``", option.meaning
