"""Report the problems of one build, each of them once, where a page shows it."""

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from docutils import nodes
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.console import bold, red  # type: ignore[attr-defined]
from sphinx.util.logging import is_suppressed_warning

from example_output.metadata import ExampleError
from example_output.pages.claims import refute
from example_output.pages.domain import ExampleDomain, Page
from example_output.pages.names import taken
from example_output.problems import Kind, Problem, annotations, annotations_wanted
from example_output.running.ledger import Ledger, Outcome
from example_output.startup.session import PROMPT
from example_output.transcript import RecordingError, read_recording

if TYPE_CHECKING:
    from sphinx.application import Sphinx


logger = logging.getLogger(__name__)

WARNING_TYPE = "example_output"


class Report:
    """The problems of one build, and their warnings."""

    def __init__(self, domain: ExampleDomain, config: Config) -> None:
        self.domain = domain
        self.ledger = domain.ledger
        self.folder = domain.gate.folder
        self.suppressed = config.suppress_warnings
        self.failures: list[tuple[str, Problem]] = []

    def warn(self) -> None:
        """Warn about each problem, once, where a page shows it."""
        self._warn(self._problems())

    def warn_of_changes(self, pages: Iterable[str]) -> None:
        """Warn about examples on these pages whose files were saved meanwhile."""
        self._warn(self._changed(pages))

    def _warn(self, problems: Iterable[tuple[str, Problem]]) -> None:
        for location, problem in problems:
            logger.warning(
                "%s",
                problem.text,
                type=WARNING_TYPE,
                subtype=problem.kind.value,
                location=location,
            )
            kind = problem.kind.value
            if not is_suppressed_warning(WARNING_TYPE, kind, self.suppressed):
                self.failures.append((location, problem))
                self._annotate(location, problem)

    def _annotate(self, location: str, problem: Problem) -> None:
        if annotations_wanted():
            # The example's own line is the first of its places, if it has any.
            places = [location, *problem.places[:1]]
            for line in annotations(problem, places, self.folder.settings.origin):
                logger.info("%s", line)

    def _problems(self) -> Iterator[tuple[str, Problem]]:
        seen: set[str] = set()
        yield from taken(self.folder.settings.base / "conf.py")
        requests = list(self.domain.requests())
        for request in requests:
            if request.problem:
                yield request.location, request.problem
            for outcome in self.ledger.states([request.name]):
                # A timeline may be further down than the output, or on another page.
                here = request.timeline if outcome.timeline else True
                if here and outcome.problem and outcome.job not in seen:
                    seen.add(outcome.job)
                    yield request.location, outcome.problem
        yield from _unshown(self.ledger, seen)
        yield from self._refuted()
        yield from self._unmatched()
        for problem in (
            *self.folder.unused(r.name for r in requests if r.shown),
            *self.folder.unused_timelines(r.name for r in requests if r.timeline),
            *self.folder.orphans(),
            *self.folder.unreachable(self.domain.gate.version),
        ):
            yield problem.places[0], problem

    def _unmatched(self) -> Iterator[tuple[str, Problem]]:
        """The masks of the project that match nothing, if everything was run."""
        outcomes = self.ledger.outcomes
        runs = [one.run for one in self.ledger.states(outcomes)]
        known = {pattern for run in runs if run for pattern in run.masked}
        for pattern, _ in self.folder.settings.masks if all(runs) and runs else ():
            if pattern not in known:
                cause = f"the mask {pattern!r} matches nothing in any output"
                place = f"{self.folder.settings.base / 'conf.py'}:1"
                name, cure = "example_output_masks", "Fix the mask, or remove it"
                yield place, Problem(Kind.MASK, name, cause, cure=cure)

    def _changed(self, pages: Iterable[str]) -> Iterator[tuple[str, Problem]]:
        seen: set[str] = set()
        for page in sorted(self.domain.pages.keys() & set(pages)):
            for request in self.domain.pages[page].requests:
                outcome = self.ledger.outcomes.get(request.name)
                if request.name in seen or outcome is None:
                    continue
                seen.add(request.name)
                if self.folder.has_changed(outcome.example):
                    cause = (
                        "it was saved, or removed, during the build, so a page may "
                        "show one version of it and the output of another"
                    )
                    place = f"{self.folder.settings.shown(outcome.example.path)}:1"
                    problem = Problem(
                        Kind.CHANGED, request.name, cause, "", "Build again", (place,)
                    )
                    yield request.location, problem

    def _refuted(self) -> Iterator[tuple[str, Problem]]:
        """The quotations that are wrong, in the order of the pages."""
        for _, page in sorted(self.domain.pages.items()):
            yield from page.refuted
            if not page.claims:
                continue
            names = dict.fromkeys(r.name for r in page.requests if r.output)
            found = [self.ledger.outcomes.get(name) for name in names]
            texts = [t for outcome in found if outcome for t in self._outputs(outcome)]
            # Sphinx parses a translated sentence twice.
            for claim in dict.fromkeys(page.claims):
                if problem := refute(claim, texts):
                    yield claim.location, problem

    def _outputs(self, outcome: Outcome) -> Iterable[str]:
        """Yield the outputs of an example that a page shows."""
        for other in self.folder.differing(outcome.example):
            with contextlib.suppress(RecordingError):
                yield read_recording(other.read(), outcome.example.command).plain
        for recording, run in self.ledger.shown(outcome):
            if run:
                yield run.plain
            elif recording:
                with contextlib.suppress(RecordingError):
                    text = recording.read()
                    yield read_recording(text, outcome.example.command).plain

    def count(self, seconds: float) -> None:
        """Log how many examples were run, and how many drifted.

        :param seconds: how long all runs took.
        """
        kinds = [problem.kind for _, problem in self.failures]
        drifted = kinds.count(Kind.DRIFT)
        others = len(kinds) - drifted
        outcomes = self.ledger.outcomes.values()
        known = [outcome for outcome in outcomes if outcome.run]
        cached = sum(outcome.cached for outcome in known)
        left_out = sum(outcome.left_out for outcome in outcomes)
        unshown = sum(outcome.unshown for outcome in outcomes)
        logger.info(
            bold("examples: ") + "%d run, %d unchanged, %d drifted%s%s%s, in %.2f s",
            len(known) - cached,
            cached,
            drifted,
            f", {left_out} not run" if left_out else "",
            f", {unshown} neither shown nor recorded" if unshown else "",
            f", {others} with other problems" if others else "",
            seconds,
        )

    def list_failures(self) -> None:
        """List all problems again, one line each, at the end of the build."""
        logger.info("")
        count = len(self.failures)
        problems = "1 problem" if count == 1 else f"{count} problems"
        logger.info(red(f"{problems} with examples:"))
        for location, problem in self.failures:
            place, _, line = location.rpartition(":")
            page = self.folder.settings.shown(Path(place))
            logger.info("  %s:%s: %s: %s", page, line, problem.name, problem.cause)
            for place in problem.places:
                logger.info("    %s", place)


def _unshown(ledger: Ledger, seen: set[str]) -> Iterator[tuple[str, Problem]]:
    """The problems of what no page shows, and was run because it has a recording.

    :param seen: the jobs of what pages show.
    """
    for outcome in ledger.states(ledger.outcomes):
        problem = outcome.problem if outcome.job not in seen else None
        if problem and problem.kind is not Kind.UNRECORDED:
            shown = ledger.settings.shown(outcome.example.path)
            yield (*problem.places, f"{shown}:1")[0], problem


def _commands(domain: ExampleDomain, page: Page) -> Iterator[str]:
    """The commands of the sessions on a page, which it shows with their output."""
    known = domain.gate.folder.examples
    for name in {request.name for request in page.requests} & known.keys():
        if known[name].is_session:
            with contextlib.suppress(ExampleError):  # reported elsewhere
                for command in known[name].commands:
                    yield "\n".join(row[len(PROMPT) :] for row in command.shown)


def check_quotations(app: "Sphinx", doctree: nodes.document) -> None:
    """Check the quotations of programs on a page, against what the page shows.

    Quotations of outputs are checked later, once all outputs are known.
    """
    domain = cast("ExampleDomain", app.env.get_domain(ExampleDomain.name))
    page = domain.pages.get(app.env.docname)
    if page is None:
        return
    shown = [
        block.astext()
        for box in doctree.findall(nodes.container)
        if "example-source" in box["classes"]
        for block in box.findall(nodes.literal_block)
    ]
    shown += _commands(domain, page)
    for claim in dict.fromkeys(page.claims):
        if claim.source == "program" and (problem := refute(claim, shown)):
            page.refuted.append((claim.location, problem))
    page.claims = [claim for claim in page.claims if claim.source == "output"]
