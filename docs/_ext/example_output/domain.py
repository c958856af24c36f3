"""What the pages of a project show: noted while they are read, kept between builds."""

import hashlib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from sphinx.domains import Domain

from example_output.claims import Claim
from example_output.example import ExampleError
from example_output.gate import TIMELINE, Gate, Problem

if TYPE_CHECKING:
    from docutils.nodes import reference

    from example_output.session import Session


@dataclass(frozen=True)
class Request:
    """One directive or role that names an example."""

    name: str
    location: str
    """``page.md:LINE``."""
    problem: Problem | None = None
    """What is wrong with the directive itself."""
    shown: bool = True
    """Whether the page shows the example, or only says something about it."""
    output: bool = False
    """Whether it shows the output."""
    timeline: bool = False
    """Whether it shows the timeline."""


class ExampleDomain(Domain):
    """The requests of each page, and the state of the files behind them."""

    name = "example"
    label = "Example"
    initial_data: ClassVar[dict[str, Any]] = {
        "requests": {},
        "states": {},
        "claims": {},
        "refuted": {},
        "places": {},
        "lists": {},
    }
    data_version = 5

    gate: Gate
    """Set for each build; never pickled."""
    session: "Session"
    """What the runs gave; complete for a page once that page is written."""
    runs: bool = False
    """Whether a reader of what is built can run programs in it."""
    unfolds: bool
    """Whether a reader of what is built can unfold an answer under its question."""

    @property
    def requests(self) -> dict[str, list[Request]]:
        """The requests of each page, in its order."""
        found: dict[str, list[Request]] = self.data["requests"]
        return found

    @property
    def states(self) -> dict[str, dict[str, str]]:
        """For each page and example, the state of the files that it was read from."""
        found: dict[str, dict[str, str]] = self.data["states"]
        return found

    @property
    def claims(self) -> dict[str, list[Claim]]:
        """The quotations on each page that are still to be checked."""
        found: dict[str, list[Claim]] = self.data["claims"]
        return found

    @property
    def refuted(self) -> dict[str, list[tuple[str, Problem]]]:
        """The quotations on each page that were wrong when it was read."""
        found: dict[str, list[tuple[str, Problem]]] = self.data["refuted"]
        return found

    @property
    def lists(self) -> dict[str, bool]:
        """The pages that list all examples."""
        found: dict[str, bool] = self.data["lists"]
        return found

    def place(self, name: str) -> tuple[str, str] | None:
        """The first page that shows a program, and its id there, if any does."""
        for docname, places in sorted(self.data["places"].items()):
            if name in places:
                return docname, places[name]
        return None

    def claim(self, docname: str, claim: Claim) -> None:
        """Note a quotation on a page."""
        self.claims.setdefault(docname, []).append(claim)

    def note(self, docname: str, request: Request) -> None:
        """Note that a page names an example."""
        self.requests.setdefault(docname, []).append(request)
        states = self.states.setdefault(docname, {})
        if request.name not in states:
            states[request.name] = self.state(request.name)

    def state(self, name: str) -> str:
        """A digest of everything that a page takes from an example without a run."""
        try:
            example = self.gate.find(name)
            recordings = [
                *self.gate.recordings(example),
                *self.gate.recordings(example, TIMELINE),
            ]
            files = [(example.path, example.source)]
            files += [(r.path, r.content) for r in recordings]
            content = b"\0".join(
                part for path, text in files for part in (bytes(path), text)
            )
        except (ExampleError, OSError) as error:
            content = str(error).encode()
        return hashlib.sha256(content).hexdigest()

    def outdated(self) -> Iterator[str]:
        """The pages that were read from other contents than the files have now."""
        current: dict[str, str] = {}
        for docname, states in self.states.items():
            for name, state in states.items():
                if name not in current:
                    current[name] = self.state(name)
                if current[name] != state:
                    yield docname
                    break

    def named(self) -> set[str]:
        """The names of all examples that a page shows."""
        pages = self.requests.values()
        return {r.name for requests in pages for r in requests if r.shown}

    def timelines(self) -> set[str]:
        """The names of all examples whose timeline is on a page."""
        pages = self.requests.values()
        return {r.name for requests in pages for r in requests if r.timeline}

    def clear_doc(self, docname: str) -> None:
        """Forget a page."""
        for noted in self.data.values():
            if isinstance(noted, dict):
                noted.pop(docname, None)

    def merge_domaindata(
        self, docnames: AbstractSet[str], otherdata: dict[str, Any]
    ) -> None:
        """Take over what a parallel reader noted."""
        for key in self.initial_data:
            for docname in docnames & otherdata[key].keys():
                self.data[key][docname] = otherdata[key][docname]

    def resolve_any_xref(self, *_: Any, **__: Any) -> "list[tuple[str, reference]]":
        """Offer nothing to cross-references: we have no objects."""
        return []
