"""What the pages of a project show: recorded during reading, kept between builds."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from sphinx.domains import Domain

from example_output.example import Example, MissingError, OutsideError
from example_output.exercise import CHECKS, Exercise
from example_output.folder import Folder
from example_output.gate import Gate
from example_output.metadata import ExampleError
from example_output.pages.claims import Claim
from example_output.playground.proofs import Proofs
from example_output.playground.runtime import PAGES, Release
from example_output.problems import Problem
from example_output.recording.reproduced import Reproduced

if TYPE_CHECKING:
    from docutils.nodes import reference
    from sphinx.environment import BuildEnvironment

    from example_output.running.ledger import Ledger


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


@dataclass
class Page:
    """What was recorded about one page while it was read."""

    requests: list[Request] = field(default_factory=list)
    """In the order of the page."""
    states: dict[str, str] = field(default_factory=dict)
    """For each example, the state of the files that the page was read from."""
    claims: list[Claim] = field(default_factory=list)
    """The quotations that have not been checked yet."""
    refuted: list[tuple[str, Problem]] = field(default_factory=list)
    """The quotations that were wrong when it was read."""
    places: dict[str, str] = field(default_factory=dict)
    """The ids of the programs that it shows, by their names."""
    predicts: list[str] = field(default_factory=list)
    """The examples that its question is about, or that its answers lead to."""
    exercise: str = ""
    """The example that its exercise begins with."""
    task: str = ""
    """What that asks for."""
    level: str = ""
    """How hard that is."""
    question: str = ""
    """What its question asks."""
    question_level: str = ""
    """How hard that is."""
    practice: bool = False
    """Whether it lists the exercises and questions of other pages."""
    lab: bool = False
    """Whether it has the lab."""
    lists: list[str] = field(default_factory=list)
    """The folders of examples under whose names it lists all of them."""


class Evidence:
    """The facts about examples in committed files."""

    def __init__(self, folder: Folder, releases: Iterable[Release] = ()) -> None:
        self.proofs = Proofs(folder)
        self._others = [Proofs(folder, r) for r in releases if r != PAGES]
        self.reproduced = Reproduced(folder)
        self._pythons: dict[str, list[str]] = {}

    @property
    def others(self) -> list[str]:
        """The Pythons that readers can choose, besides the usual one."""
        return [proofs.release.minor for proofs in self._others]

    def runs_on(self, example: Example) -> list[str]:
        """Those of the others on which it is proven to run."""
        known = [p for p in self._others if p.reason(example) == ""]
        return [proofs.release.minor for proofs in known]

    def pythons(self, example: Example) -> list[str]:
        """The minor versions, oldest first, on which its output was reproduced."""
        if example.name not in self._pythons:
            self._pythons[example.name] = self.reproduced.pythons(example)
        return self._pythons[example.name]


def version_of(folder: Path) -> int:
    """A number that changes with the modules of a folder."""
    sources = (path.read_bytes() for path in sorted(folder.glob("*.py")))
    return int.from_bytes(hashlib.sha256(b"".join(sources)).digest()[:4], "big")


class ExampleDomain(Domain):
    """What the pages show, by page; kept between builds."""

    name = "example"
    label = "Example"
    initial_data: ClassVar[dict[str, Any]] = {"pages": {}}
    # After an upgrade Sphinx reads all pages again: what it has kept of them was made
    # by other modules.
    data_version = version_of(Path(__file__).parent)

    ledger: "Ledger"
    """The results of runs; complete for a page once that page is written."""
    evidence: Evidence
    """Set for each build, like the other attributes; never pickled."""
    runs: bool = False
    """Whether readers can run programs in the pages."""
    is_site: bool
    """Whether readers get files and scripts beside the pages, unlike in a book."""
    unfolds: bool
    """Whether the output format supports ``<details>``."""

    @property
    def pages(self) -> dict[str, Page]:
        """The pages that show or mention examples."""
        found: dict[str, Page] = self.data["pages"]
        return found

    @property
    def gate(self) -> Gate:
        """The comparison."""
        return self.ledger.gate

    def page(self, docname: str) -> Page:
        """The record of a page, which is created if there is none."""
        return self.pages.setdefault(docname, Page())

    @property
    def lists(self) -> list[str]:
        """The pages that list all examples."""
        return [docname for docname, page in self.pages.items() if page.lists]

    def folders(self) -> list[str]:
        """The folders that hold examples, in the order of a list of all of them."""
        names = self.gate.folder.examples
        return sorted({name.rpartition("/")[0] for name in names})

    def runs_in_page(self, example: Example) -> bool:
        """Whether readers can run it in the page that shows it."""
        return self.runs and self.evidence.proofs.reason(example) == ""

    def place(self, name: str) -> tuple[str, str] | None:
        """The first page that shows a program, and the program's id on it."""
        for docname, page in sorted(self.pages.items()):
            if name in page.places:
                return docname, page.places[name]
        return None

    def note(self, docname: str, request: Request) -> None:
        """Note that a page names an example."""
        page = self.page(docname)
        page.requests.append(request)
        if request.name not in page.states:
            page.states[request.name] = self.state(request.name)

    def state(self, name: str) -> str:
        """A digest of all content that a page takes from an example's files."""
        try:
            if name.endswith(CHECKS):
                start = self.gate.folder.find(name.removesuffix(CHECKS) + ".py")
                return Exercise(self.gate.folder, start).digest()
            example = self.gate.folder.find(name)
            files = [(example.path, example.source)]
            recordings = self.gate.folder.all_recordings(example)
            files += [(r.path, r.content) for r in recordings]
            content = b"\0".join(
                part for path, text in files for part in (bytes(path), text)
            )
            content += example.given.encode()
        except (ExampleError, OSError) as error:
            content = str(error).encode()
        return hashlib.sha256(content).hexdigest()

    def outdated(self) -> Iterator[str]:
        """Yield the pages whose files have changed since the pages were read."""
        state = cache(self.state)
        folders = self.folders()
        for docname, page in self.pages.items():
            changed = any(state(name) != known for name, known in page.states.items())
            if changed or page.lists not in ([], folders):
                yield docname

    def requests(self) -> Iterator[Request]:
        """Yield the requests of all pages, in the order of the pages."""
        for _, page in sorted(self.pages.items()):
            yield from page.requests

    def clear_doc(self, docname: str) -> None:
        """Forget a page."""
        self.pages.pop(docname, None)

    def merge_domaindata(
        self, docnames: AbstractSet[str], otherdata: dict[str, Any]
    ) -> None:
        """Take over the records of a parallel reader."""
        for docname in docnames & otherdata["pages"].keys():
            self.pages[docname] = otherdata["pages"][docname]

    def resolve_any_xref(self, *_: Any, **__: Any) -> "list[tuple[str, reference]]":
        """Return nothing: this domain has no objects to refer to."""
        return []


class Finder:
    """The common base of directives and roles: find examples, and note requests."""

    if TYPE_CHECKING:

        @property
        def env(self) -> "BuildEnvironment":
            """Set by Sphinx in both."""

        get_location: Callable[[], str]

    @property
    def domain(self) -> ExampleDomain:
        """The record of what pages show."""
        return cast("ExampleDomain", self.env.get_domain(ExampleDomain.name))

    def find(self, name: str, *, shown: bool = True) -> Example | None:
        """Look up an example, and note that this page names it.

        :param shown: whether the page also shows it.
        """
        gate = self.domain.gate
        problem = None
        example = None
        try:
            example = gate.folder.find(name)
        except MissingError as error:
            problem = gate.folder.missing(name, str(error))
        except OutsideError as error:
            problem = gate.folder.outside(name, str(error))
        self.note(example.name if example else name, problem, shown=shown)
        if example is not None:
            self.watch(example.path)
            for recording in gate.folder.all_recordings(example):
                self.watch(recording.path)
            try:
                for path in example.modules:
                    self.watch(path)
            except ExampleError:  # it cannot be read, which its outcome says
                return None
        return example

    def note(
        self,
        name: str,
        problem: Problem | None = None,
        *,
        shown: bool = True,
        output: bool = False,
        timeline: bool = False,
    ) -> None:
        """Note a request for an example at this line, and its problem."""
        where = self.get_location()
        request = Request(name, where, problem, shown, output, timeline)
        self.domain.note(self.env.docname, request)

    def watch(self, path: Path) -> None:
        """Make Sphinx read this page again when a file changes."""
        self.env.note_dependency(_relative(path, Path(self.env.srcdir)))


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()
