"""One build: start the runs, let Sphinx read, collect and compare, report."""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property, partial
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError, SphinxError
from sphinx.util import logging
from sphinx.util.console import bold, red  # type: ignore[attr-defined]
from sphinx.util.display import status_iterator
from sphinx.util.logging import is_suppressed_warning
from sphinx.util.osutil import copyfile, ensuredir

from example_output import annotations, catalogue
from example_output.cache import write_atomically
from example_output.claims import refute
from example_output.domain import ExampleDomain, Request
from example_output.gate import Gate, Kind, Problem
from example_output.proofs import Runtime, publish
from example_output.runner import RunnerError
from example_output.session import (
    Outcome,
    Session,
    cache_folder,
    head_start,
    when_set_up,
)
from example_output.settings import OPTIONS, Settings, SettingsError
from example_output.transcript import RecordingError, Transcript, read_recording

logger = logging.getLogger(__name__)

WARNING_TYPE = "example_output"
# Of builders that copy downloads, and copy them as Sphinx does: an e-book has none.
_COPY = StandaloneHTMLBuilder.copy_download_files


class _RunError(SphinxError):
    """The examples cannot be run at all."""

    category = "The examples cannot be run"


@contextlib.contextmanager
def _runner_errors() -> Iterator[None]:
    """Have Sphinx end the build with what is wrong, not with our traceback."""
    try:
        yield
    except RunnerError as error:
        raise _RunError(str(error)) from None


def _copy(source: str, target: str) -> bool:
    """Have a copy, with the same time; false if that cannot be done."""
    try:
        if not _is_copy(source, target):
            ensuredir(os.path.dirname(target))
            copyfile(source, target, force=True)
    except OSError:
        return False
    return True


def _is_copy(source: str, target: str) -> bool:
    """Whether they have the same size and time, which a copy gets from its source.

    :raises OSError: if the source cannot be looked at.
    """
    one = os.stat(source)
    try:
        other = os.stat(target)
    except OSError:
        return False
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


class Build:
    """The state of one build, from the first event to the last."""

    def __init__(self, app: Sphinx) -> None:
        self.app = app
        self._session: Session | None = None
        self.failures: list[tuple[str, Problem]] = []
        self._resolved: set[str] = set()
        self._settled: dict[str, str] = {}
        self._page_by_page = False
        self._collected = False
        self._taken = 0
        self._runs = 0

    @property
    def session(self) -> Session:
        """The examples and their runs."""
        assert self._session is not None  # started before any other event
        return self._session

    @property
    def gate(self) -> Gate:
        """The comparison."""
        return self.session.gate

    @property
    def domain(self) -> ExampleDomain:
        """The notes of what pages show."""
        return cast("ExampleDomain", self.app.env.get_domain(ExampleDomain.name))

    # -- config-inited, and before: as early as the settings are known ---------------

    def start_early(self) -> None:
        """Start while other extensions are imported, with the settings as they stand.

        One of those extensions may still change a setting: :meth:`start` looks again.
        """
        with contextlib.suppress(SettingsError):
            self._start(self._settings(self.app.config))

    def start(self, _app: Sphinx, config: Config) -> None:
        """Start with the settings as they are at last, unless that is done."""
        try:
            settings = self._settings(config)
        except SettingsError as error:
            raise ConfigError(str(error)) from None
        self._start(settings)

    def _settings(self, config: Config) -> Settings:
        values = {name: getattr(config, f"example_output_{name}") for name in OPTIONS}
        return Settings.read(Path(self.app.confdir), values)

    def _start(self, settings: Settings) -> None:
        folder = cache_folder(settings, Path(self.app.doctreedir))
        begun = [self._session] if self._session else head_start
        for session in begun:
            if session.is_for(settings, folder):
                self._session = session
                head_start.clear()
                return
            session.close()
        self._session = Session(settings, folder)

    # -- builder-inited, env-get-outdated --------------------------------------------

    def attach(self, _app: Sphinx) -> None:
        """Give the directives and the transform what they need."""
        self.domain.gate = self.gate
        self.domain.session = self.session
        self.domain.unfolds = self.app.builder.format == "html"
        self.domain.runs = self.runtime is not None
        if self.domain.runs:
            self.app.add_js_file("example_run.js", loading_method="defer")
        self.app.config.html_static_path.append(str(Path(__file__).parent / "static"))
        builder = self.app.builder
        # Others, such as latex, put many pages into one file, and need all of them.
        self._page_by_page = type(builder).write_documents is Builder.write_documents
        if self._page_by_page:
            write = partial(self._write, builder.write_documents)
            builder.write_documents = write  # type: ignore[method-assign]
        if getattr(type(builder), "copy_download_files", None) is _COPY:
            builder = cast("StandaloneHTMLBuilder", builder)
            copy = partial(self._copy_downloads, builder.copy_download_files)
            builder.copy_download_files = copy  # type: ignore[method-assign]
        while when_set_up:
            when_set_up.pop()()

    def _copy_downloads(self, copy: Callable[[], None]) -> None:
        """Copy what has changed: Sphinx compares, and tells, every file each time.

        What cannot be copied is left to Sphinx, which says so.
        """
        env, join = self.app.env, os.path.join
        here, there = self.app.srcdir, join(self.app.outdir, "_downloads")
        files = env.dlfiles
        left = {
            source: places
            for source, places in files.items()
            if not _copy(join(here, source), join(there, places[1]))
        }
        env.dlfiles = cast("Any", left)
        try:
            copy()
        finally:
            env.dlfiles = files

    @property
    def runtime(self) -> Runtime | None:
        """What readers run programs in, if pages can be that."""
        folder = self.gate.settings.runtime
        builder = self.app.builder
        if folder is None or builder.format != "html" or builder.name == "epub":
            return None
        runtime = Runtime(folder)
        if not runtime.is_ready:
            logger.warning(
                "example_output_runtime: there is no runtime in %s, so no page can run "
                "an example: python -m example_output.browser %s makes one",
                folder.name,
                folder.name,
                type=WARNING_TYPE,
                subtype="runtime",
                once=True,
            )
            return None
        return runtime

    def outdated(self, *_: object) -> list[str]:
        """Have pages read again whose files changed, whatever their dates say."""
        return list(self.domain.outdated())

    # -- doctree-read: a page is whole -----------------------------------------------

    def check_code(self, _app: Sphinx, doctree: nodes.document) -> None:
        """Check what a page quotes of its programs, as it shows them."""
        docname = self.app.env.docname
        claims = self.domain.claims.pop(docname, [])
        shown = [
            block.astext()
            for box in doctree.findall(nodes.container)
            if "example-source" in box["classes"]
            for block in box.findall(nodes.literal_block)
        ]
        for claim in claims:
            if claim.source == "output":
                self.domain.claim(docname, claim)
            elif problem := refute(claim, shown):
                self.domain.refuted.setdefault(docname, []).append(
                    (claim.location, problem)
                )

    # -- env-updated: the pages are read, nothing is written -------------------------

    def collect(self, _app: Sphinx, _env: BuildEnvironment) -> list[str]:
        """Return the pages to write again, for what is on them.

        A page whose examples still run is one of those, and is written last; other
        pages are written meanwhile.
        """
        if self.app.verbosity:  # of which the logger would ask each message
            for name, outcome in self.session.outcomes.items():
                logger.verbose("example %s: %s", name, outcome.why)
        for outcome in self.session.states(self.session.outcomes):
            self.session.judge(outcome)
        self._take_ready()
        shown = self._shown()
        late = {page for page in shown if self._is_late(page)}
        if not (self._page_by_page and late):
            self._collect_rest()
            if late:
                late, shown = set(), self._shown()
        self._settled = {} if late else shown
        return [
            page
            for page, now in shown.items()
            if page in late or self._books.get(page) != now
        ]

    def _is_late(self, page: str) -> bool:
        """Whether a run is still to come that the page needs."""
        names = self.domain.states.get(page, ())
        return any(outcome.is_late for outcome in self.session.states(names))

    def _write(
        self, write: Callable[[AbstractSet[str]], None], pages: AbstractSet[str]
    ) -> None:
        """Write each page once all runs that it needs are there."""
        late = set(pages)
        while late and not self._collected:
            ready = {page for page in late if not self._is_late(page)}
            if ready:
                write(ready)
                late -= ready
            elif self.app.parallel > 1:
                break  # to start processes for a page or two costs more than it saves
            else:
                self._take_next()
            self._take_ready()
        self._collect_rest()
        if late:
            write(late)

    def _collect_rest(self) -> None:
        """Wait for all runs, compare, report every problem at once."""
        if self._collected:
            return
        self._collected = True
        jobs = self.session.runs.count
        with _runner_errors():
            for name, run in status_iterator(
                self.session.runs.results(),
                bold("running examples... "),
                "brown",
                jobs - self._taken,
                self.app.verbosity,
                stringify_func=lambda result: cast("str", result[0]),
            ):
                self._take(name, run)
        seconds = time.perf_counter() - self.session.began if jobs else 0
        self._report()
        self._count(self._runs, seconds)

    def _take_next(self) -> None:
        with _runner_errors():
            name, run = next(self.session.runs.results())
        self._take(name, run)

    def _take_ready(self) -> None:
        with _runner_errors():
            for name, run in self.session.runs.ready():
                self._take(name, run)

    def _take(self, name: str, run: Transcript) -> None:
        self._taken += 1
        if not self.session.take(name, run).timeline:
            self._runs += 1

    def _report(self) -> None:
        """Warn of each problem, once, where a page shows it."""
        for location, problem in self._problems():
            logger.warning(
                "%s",
                problem.text,
                type=WARNING_TYPE,
                subtype=problem.kind.value,
                location=location,
            )
            suppressed = self.app.config.suppress_warnings
            if not is_suppressed_warning(WARNING_TYPE, problem.kind.value, suppressed):
                self.failures.append((location, problem))
                self._annotate(location, problem)

    def _annotate(self, location: str, problem: Problem) -> None:
        if annotations.wanted():
            # The example's own line is the first of its places, if it has any.
            places = [location, *problem.places[:1]]
            for line in annotations.annotations(
                problem, places, self.gate.settings.base
            ):
                logger.info("%s", line)

    def _problems(self) -> Iterator[tuple[str, Problem]]:
        seen: set[str] = set()
        for request in self._requests():
            if request.problem:
                yield request.location, request.problem
            for outcome in self.session.states([request.name]):
                # Where it is shown: a timeline may be further down, or elsewhere.
                here = request.timeline if outcome.timeline else True
                if here and outcome.problem and outcome.job not in seen:
                    seen.add(outcome.job)
                    yield request.location, outcome.problem
        yield from self._refuted()
        for problem in (
            *self.gate.unused(self.domain.named()),
            *self.gate.unused_timelines(self.domain.timelines()),
            *self.gate.orphans(),
        ):
            yield problem.places[0], problem

    def _refuted(self) -> Iterator[tuple[str, Problem]]:
        """The quotations that are wrong, in the order of the pages."""
        for page in sorted({*self.domain.claims, *self.domain.refuted}):
            yield from self.domain.refuted.get(page, ())
            requests = self.domain.requests.get(page, ())
            names = dict.fromkeys(r.name for r in requests if r.output)
            found = [self.session.outcomes.get(name) for name in names]
            texts = [t for outcome in found if outcome for t in self._outputs(outcome)]
            for claim in self.domain.claims.get(page, ()):
                if problem := refute(claim, texts):
                    yield claim.location, problem

    def _outputs(self, outcome: Outcome) -> Iterator[str]:
        """The outputs that a page shows of an example, as :mod:`.render` does."""
        current = self.gate.recording(outcome.example)
        if outcome.run:
            yield outcome.run.output
        for recording in self.gate.recordings(outcome.example):
            if not outcome.run or recording != current:
                with contextlib.suppress(RecordingError):
                    text = recording.read()
                    yield read_recording(text, outcome.example.command).output

    def _requests(self) -> Iterable[Request]:
        pages = sorted(self.domain.requests.items())
        return (request for _, requests in pages for request in requests)

    def _count(self, count: int, seconds: float) -> None:
        kinds = [problem.kind for _, problem in self.failures]
        drifted = kinds.count(Kind.DRIFT)
        known = sum(
            outcome.run is not None for outcome in self.session.outcomes.values()
        )
        others = len(kinds) - drifted
        logger.info(
            bold("examples: ") + "%d run, %d unchanged, %d drifted%s, in %.2f s",
            count,
            known - count,
            drifted,
            f", {others} with other problems" if others else "",
            seconds,
        )

    # -- Which pages a builder has written with which outputs ------------------------
    #
    # Not in the environment: that is saved before pages are written and shared by all
    # builders, and a page is up to date only once this builder has written it.

    @property
    def _shown_file(self) -> Path:
        place = f"{self.app.builder.name} {self.app.outdir}"
        name = hashlib.sha256(place.encode()).hexdigest()[:16]
        return self.session.cache.folder / "shown" / f"{name}.txt"

    def _shown(self) -> dict[str, str]:
        """For each page, a digest of the outputs on it."""
        pages = {}
        for docname, states in self.domain.states.items():
            parts = [
                [name, state, self._look(name)]
                for name, state in sorted(states.items())
            ]
            pages[docname] = self._digest(parts)
        for docname in self.domain.lists:
            examples = self.gate.examples.items()
            lines = [(n, e.title, self.domain.place(n)) for n, e in examples]
            pages[docname] = self._digest([pages.get(docname), lines])
        return pages

    def _digest(self, parts: object) -> str:
        text = json.dumps([parts, self.gate.interpreter.version])
        return hashlib.sha256(text.encode()).hexdigest()

    def _look(self, name: str) -> list[str]:
        look = []
        for outcome in self.session.states([name]):
            look.append(outcome.problem.cause if outcome.problem else "")
            if not outcome.problem:
                look += self.session.pythons(outcome.example)
            look.append(str(self.session.proofs.reason(outcome.example)))
            if run := outcome.run:
                look += [run.output, str(run.status), run.ending, run.timeline]
        return look

    @cached_property
    def _books(self) -> dict[str, str]:
        """The digest of each page when this builder last wrote it."""
        try:
            books: dict[str, str] = json.loads(self._shown_file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return books

    def resolved(self, _app: Sphinx, _doctree: object, docname: str) -> None:
        """Note that a page is being written."""
        self._resolved.add(docname)

    # -- build-finished --------------------------------------------------------------

    def finish(self, app: Sphinx, exception: Exception | None) -> None:
        """End what still runs, keep the books, list what failed, fail the build."""
        self.session.runs.close()
        if exception is not None:
            return
        books = {
            page: now if page in self._resolved else self._books[page]
            for page, now in (self._settled or self._shown()).items()
            if page in self._resolved or page in self._books
        }
        if books != self._books:
            write_atomically(self._shown_file, json.dumps(books))
        if self.domain.lists and catalogue.is_site(app):
            catalogue.write(self.session, self.domain, Path(app.outdir))
        if self.domain.runs and (runtime := self.runtime):
            folder = Path(app.outdir, "_static", "playground")
            publish(runtime, self.session.proofs, folder)
        self.session.cache.gather()
        self.session.cache.prune()
        if self.failures:
            app.statuscode = 1
            self._list_failures()

    def _list_failures(self) -> None:
        logger.info("")
        count = len(self.failures)
        problems = "1 problem" if count == 1 else f"{count} problems"
        logger.info(red(f"{problems} with examples:"))
        for location, problem in self.failures:
            place, _, line = location.rpartition(":")
            page = self.gate.settings.shown(Path(place))
            logger.info("  %s:%s: %s: %s", page, line, problem.name, problem.cause)
            for place in problem.places:
                logger.info("    %s", place)
