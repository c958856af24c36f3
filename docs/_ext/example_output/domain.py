"""What the pages of a project show: noted while they are read, kept between builds."""

import hashlib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from sphinx.domains import Domain

from example_output.example import ExampleError, get_example
from example_output.gate import Gate, Problem

if TYPE_CHECKING:
    from docutils.nodes import reference

    from example_output.session import Session


@dataclass(frozen=True)
class Request:
    """One directive that names an example."""

    name: str
    location: str
    """``page.md:LINE``."""
    problem: Problem | None = None
    """What is wrong with the directive itself."""


class ExampleDomain(Domain):
    """The requests of each page, and the state of the files behind them."""

    name = "example"
    label = "Example"
    initial_data: ClassVar[dict[str, Any]] = {"requests": {}, "states": {}}
    data_version = 1

    gate: Gate
    """Set for each build; never pickled."""
    session: "Session"
    """What the runs gave; complete for a page once that page is written."""

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

    def note(self, docname: str, request: Request) -> None:
        """Note that a page names an example."""
        self.requests.setdefault(docname, []).append(request)
        states = self.states.setdefault(docname, {})
        if request.name not in states:
            states[request.name] = self.state(request.name)

    def state(self, name: str) -> str:
        """A digest of everything that a page takes from an example without a run."""
        try:
            example = get_example(self.gate.settings.folder, name)
            files = [example.path, *(r.path for r in self.gate.recordings(example))]
            content = b"\0".join(
                part for path in files for part in (bytes(path), path.read_bytes())
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
        """The names of all examples on all pages."""
        return {r.name for requests in self.requests.values() for r in requests}

    def clear_doc(self, docname: str) -> None:
        """Forget a page."""
        self.requests.pop(docname, None)
        self.states.pop(docname, None)

    def merge_domaindata(
        self, docnames: AbstractSet[str], otherdata: dict[str, Any]
    ) -> None:
        """Take over what a parallel reader noted."""
        for key in ("requests", "states"):
            for docname in docnames & otherdata[key].keys():
                self.data[key][docname] = otherdata[key][docname]

    def resolve_any_xref(self, *_: Any, **__: Any) -> "list[tuple[str, reference]]":
        """Offer nothing to cross-references: we have no objects."""
        return []
