"""Which pages a builder has written, with which outputs.

This is not in Sphinx's environment, which is saved before pages are written, and which
all builders share: a page is up to date only once this builder has written it.
"""

import hashlib
import json
from functools import cached_property

from sphinx.builders import Builder

from example_output.example import Example
from example_output.files import write_atomically
from example_output.pages.domain import ExampleDomain, Page


def _asked(page: Page) -> list[str]:
    """What a list of exercises and questions takes from a page."""
    return [page.exercise, page.task, page.level, page.question]


class Written:
    """The pages of one builder, each with a digest of what was on it."""

    def __init__(self, domain: ExampleDomain, builder: Builder) -> None:
        self.domain = domain
        place = f"{builder.name} {builder.outdir}"
        name = hashlib.sha256(place.encode()).hexdigest()[:16]
        self.path = domain.ledger.cache.folder / "shown" / f"{name}.txt"
        self.now: set[str] = set()
        """The pages that were written in this build."""

    @cached_property
    def before(self) -> dict[str, str]:
        """The digest of each page when this builder last wrote it."""
        try:
            found: dict[str, str] = json.loads(self.path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def save(self, current: dict[str, str]) -> None:
        """Save the digests of the pages that this builder has written."""
        known = {
            page: digest if page in self.now else self.before[page]
            for page, digest in current.items()
            if page in self.now or page in self.before
        }
        if known != self.before:
            write_atomically(self.path, json.dumps(known))

    def current(self) -> dict[str, str]:
        """For each page, a digest of the outputs that it shows now."""
        pages = {}
        gate = self.domain.gate
        for docname, page in self.domain.pages.items():
            states = sorted(page.states.items())
            parts: list[object] = [[n, state, self._look(n)] for n, state in states]
            if page.lists:
                examples = gate.folder.examples.items()
                place, runs = self.domain.place, self.domain.runs_in_page
                parts += [(n, e.title, e.calls, place(n), runs(e)) for n, e in examples]
                parts += [self._tried(e) for _, e in examples]
            parts += [[name, self.domain.place(name)] for name in page.predicts]
            if page.lab:
                parts += self.domain.evidence.others
            if page.practice:
                parts += [(n, _asked(p)) for n, p in sorted(self.domain.pages.items())]
            text = json.dumps([parts, str(gate.version)])
            pages[docname] = hashlib.sha256(text.encode()).hexdigest()
        return pages

    def _tried(self, example: Example) -> list[str]:
        """What the strip of an example depends on, besides its files."""
        reproduced = self.domain.evidence.reproduced
        return [str(reproduced.reason(example, cell)) for cell in reproduced.cells]

    def _look(self, name: str) -> list[str]:
        look = []
        evidence = self.domain.evidence
        for outcome in self.domain.ledger.states([name]):
            look.append(outcome.problem.cause if outcome.problem else "")
            if not outcome.problem:
                look += self._tried(outcome.example)
            look.append(str(evidence.proofs.reason(outcome.example)))
            look += evidence.runs_on(outcome.example)
            look.append(evidence.proofs.steps(outcome.example))
            if run := outcome.run:
                look += [run.output, str(run.status), run.ending, run.timeline]
        return look
