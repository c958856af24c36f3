"""One build: start the runs, let Sphinx read, collect and compare, report."""

import contextlib
import difflib
import time
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]
from sphinx.builders import Builder
from sphinx.errors import ConfigError, SphinxError
from sphinx.util import logging
from sphinx.util.console import bold  # type: ignore[attr-defined]
from sphinx.util.display import status_iterator

from example_output.pages import catalogue
from example_output.pages.domain import Evidence, ExampleDomain
from example_output.pages.downloads import write_downloads
from example_output.pages.report import WARNING_TYPE, Report
from example_output.pages.static import address_of, parts_of_run
from example_output.pages.written import Written
from example_output.playground.proofs import Proofs, publish
from example_output.playground.runtime import OTHERS, PAGES, Runtime, folder_of
from example_output.running.interpreter import Description
from example_output.running.ledger import HEAD_START, Ledger, cache_folder
from example_output.running.runs import RunnerError
from example_output.settings import OPTIONS, RENAMED, Settings, SettingsError

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.jinja2glue import BuiltinTemplateLoader


logger = logging.getLogger(__name__)

_FEW = 5  # as many pages as Sphinx reads itself, however many processes it may start
_LAST = ("genindex.html", "search.html")  # written after all other pages


class _RunError(SphinxError):
    """The examples cannot be run at all."""


@contextlib.contextmanager
def _runner_errors() -> Iterator[None]:
    """Have Sphinx end the build, and not wrap the error in one of its own."""
    try:
        yield
    except RunnerError as error:
        raise _RunError(str(error)) from None


def _exit(error: Exception) -> NoReturn:
    """Exit with the message alone: of an exception, Sphinx prints a long report."""
    raise SystemExit(f"\nThe examples cannot be run: {error}") from None


def _with_message(error: SphinxError) -> SphinxError:
    """Have Sphinx begin with the message: it prints the category, and then a report."""
    error.category = f"{error.category}: {error}"
    return error


class Build:
    """The state of one build, from the first event to the last."""

    def __init__(self, app: "Sphinx", description: Description) -> None:
        self.app = app
        self._description = description
        self._ledger: Ledger | None = None
        self._runtimes: list[Runtime] = []
        self._settled: dict[str, str] = {}
        self._collected = False

    @property
    def ledger(self) -> Ledger:
        """The examples and their runs."""
        assert self._ledger is not None  # started before any other event
        return self._ledger

    @property
    def domain(self) -> ExampleDomain:
        """The record of what pages show."""
        return cast("ExampleDomain", self.app.env.get_domain(ExampleDomain.name))

    # -- config-inited, and before: as early as the settings are known ---------------

    def start_early(self) -> None:
        """Start with the present settings, while other extensions are imported.

        These may still change a setting, which :meth:`start` checks.
        """
        with contextlib.suppress(SettingsError):
            settings = _settings(self.app)
            self._ledger = _begin(self.app, settings, self._ledger, self._description)

    def start(self, app: "Sphinx", _config: "Config") -> None:
        """Start with the final settings, unless the ledger already has them."""
        try:
            settings = _settings(app)
            self._ledger = _begin(app, settings, self._ledger, self._description)
        except SettingsError as error:
            raise _with_message(ConfigError(str(error))) from None
        _warn_of_unknown_settings(app.config)

    # -- builder-inited, env-get-outdated --------------------------------------------

    def attach(self, app: "Sphinx") -> None:
        """Give directives and transforms access to the ledger."""
        self._runtimes = _runtimes(self.ledger.settings, app.builder)
        releases = [runtime.release for runtime in self._runtimes]
        self.domain.ledger = self.ledger
        self.domain.evidence = Evidence(self.ledger.gate.folder, releases)
        self.domain.is_site = catalogue.is_site(app)
        self.domain.unfolds = app.builder.format == "html"
        self.domain.runs = bool(self._runtimes)
        _add_scripts(app, self.domain)
        self._written = Written(self.domain, app.builder)
        self._report = Report(self.domain, app.config)
        self._page_by_page = write_page_by_page(app.builder, self._write)
        if head_start := HEAD_START.get():
            head_start.when_set_up()

    def outdated(self, *_: object) -> list[str]:
        """Return the pages whose files have changed, whatever their dates."""
        return list(self.domain.outdated())

    # -- env-updated: the pages are read, nothing is written -------------------------

    def collect(self, app: "Sphinx", _env: "BuildEnvironment") -> list[str]:
        """Return the pages to write again, because what they show has changed.

        Pages with pending runs are among them, and are written last.
        """
        for name, outcome in self.ledger.outcomes.items() if app.verbosity else ():
            logger.verbose("example %s: %s", name, outcome.why)
        with _runner_errors():
            self.ledger.start_shown(request.name for request in self.domain.requests())
        self._take_ready()
        current = self._written.current()
        pending = {page for page in current if self._is_pending(page)}
        if not (self._page_by_page and pending):
            self._collect_rest()
            if pending:
                pending, current = set(), self._written.current()
        self._settled = {} if pending else current
        before = self._written.before
        return [p for p, now in current.items() if p in pending or before.get(p) != now]

    def _is_pending(self, page: str) -> bool:
        """Whether a run that the page needs is pending."""
        found = self.domain.pages.get(page)
        names = found.states if found else ()
        return any(outcome.is_pending for outcome in self.ledger.states(names))

    def _write(
        self, write: Callable[[AbstractSet[str]], None], pages: AbstractSet[str]
    ) -> None:
        """Write each page once it has all the results that it needs."""
        pending = set(pages)
        while pending and not self._collected:
            ready = {page for page in pending if not self._is_pending(page)}
            if ready:
                with _few_at_once(self.app.builder, ready):
                    write(ready)
                pending -= ready
            else:
                _compile_ahead(self.app.builder)  # there is time now
                with _runner_errors():
                    self.ledger.take(*next(self.ledger.runs.results()))
            self._take_ready()
        self._collect_rest()
        if pending:
            write(pending)

    def _collect_rest(self) -> None:
        """Wait for all runs, compare them, and report all problems together."""
        if self._collected:
            return
        self._collected = True
        count = self.ledger.runs.count
        with _runner_errors():
            for key, run in status_iterator(
                self.ledger.runs.results(),
                bold("running examples... "),
                "brown",
                self.ledger.runs.pending,
                self.app.verbosity,
                stringify_func=lambda result: cast("str", result[0]),
            ):
                self.ledger.take(key, run)
        seconds = time.perf_counter() - self.ledger.began if count else 0
        self._report.warn()
        self._report.count(seconds)

    def _take_ready(self) -> None:
        with _runner_errors():
            for key, run in self.ledger.runs.ready():
                self.ledger.take(key, run)

    def resolved(
        self, _app: "Sphinx", _doctree: "nodes.document", docname: str
    ) -> None:
        """Note that a page is being written."""
        self._written.now.add(docname)

    # -- build-finished --------------------------------------------------------------

    def finish(self, app: "Sphinx", exception: Exception | None) -> None:
        """End all runs, save what was written, and list what failed."""
        self.ledger.close()
        if isinstance(exception, _RunError):
            _exit(exception)  # now that no state of half a build is left
        if exception is not None:
            return
        _publish(app, self.domain, self._runtimes)
        current = self._settled or self._written.current()
        _keep(self.ledger, self._written, current)
        self._report.warn_of_changes(self._written.now)
        if self._report.failures:
            app.statuscode = 1
            self._report.list_failures()


def _keep(ledger: Ledger, written: Written, current: dict[str, str]) -> None:
    """Keep for the next build what this one has found out and written."""
    try:
        written.save(current)
        ledger.cache.save()
        ledger.cache.prune()
    except OSError as error:
        # The pages are right all the same.
        logger.warning(
            "the results cannot be kept for the next build: %s",
            error,
            type=WARNING_TYPE,
            subtype="cache",
        )


def write_page_by_page(
    builder: Builder,
    write: Callable[[Callable[[AbstractSet[str]], None], AbstractSet[str]], None],
) -> bool:
    """Make a builder write pages while other examples are running, if it can.

    Sphinx has no event at which a single page could wait for its results.  Without
    this, a build of a thousand examples takes 1.18 times as long.  Builders with their
    own ``write_documents()``, such as latex, put many pages into one file, and need all
    results.

    :param write: called in place of the builder's method, with that method and the
        names of the pages.
    """
    if type(builder).write_documents is not Builder.write_documents:
        return False
    original = builder.write_documents
    builder.write_documents = partial(write, original)  # type: ignore[method-assign]
    return True


def _compile_ahead(builder: Builder) -> None:
    """Compile patterns of the highlighter, and templates of pages that come last."""
    PythonLexer()
    with contextlib.suppress(Exception):  # Sphinx finds the same, and reports it
        templates = cast("StandaloneHTMLBuilder", builder).templates
        for name in _LAST:
            cast("BuiltinTemplateLoader", templates).environment.get_template(name)


@contextlib.contextmanager
def _few_at_once(builder: Builder, pages: AbstractSet[str]) -> Iterator[None]:
    """Have Sphinx write a few pages itself: processes take more than they save."""
    before = builder.parallel_ok
    builder.parallel_ok = before and len(pages) > _FEW
    try:
        yield
    finally:
        builder.parallel_ok = before


def _begin(
    app: "Sphinx", settings: Settings, begun: Ledger | None, description: Description
) -> Ledger:
    """The ledger for these settings: one that has already started, or a new one."""
    folder = cache_folder(settings, Path(app.doctreedir))
    head_start = HEAD_START.get()
    if begun is None and head_start:
        begun = head_start.ledger
        HEAD_START.set(replace(head_start, ledger=None))  # for one build
    if begun and begun.is_for(settings, folder):
        return begun
    if begun:
        begun.close()
    ledger = Ledger(settings, folder, description)
    try:
        ledger.start()
    except RunnerError as error:
        _exit(error)
    return ledger


def _add_scripts(app: "Sphinx", domain: ExampleDomain) -> None:
    """Add what lets a reader run programs and step through them."""
    if domain.runs:
        parts: dict[str, Any] = {"data-parts": " ".join(parts_of_run())}
        parts["data-usual"] = PAGES.minor
        app.add_js_file("example_run.js", loading_method="defer", **parts)
        player: dict[str, Any] = {"data-player": address_of("run/lines.js")}
        app.add_js_file("example_lines.js", loading_method="defer", **player)


def _publish(app: "Sphinx", domain: ExampleDomain, runtimes: list[Runtime]) -> None:
    """Write the files beside the pages."""
    if domain.is_site:
        write_downloads(domain, Path(app.outdir, "_downloads"))
        if domain.lists:
            catalogue.write(domain, Path(app.outdir))
    for runtime in runtimes:
        folder = Path(app.outdir, "_static", "playground")
        if runtime.release != PAGES:
            folder /= runtime.release.minor
        publish(runtime, Proofs(domain.gate.folder, runtime.release), folder)


def _settings(app: "Sphinx") -> Settings:
    values = {name: getattr(app.config, f"example_output_{name}") for name in OPTIONS}
    for old, new in RENAMED.items():
        if value := getattr(app.config, f"example_output_{old}"):
            values[new] = values[new] or value
            logger.warning(
                "example_output_%s is now called example_output_%s",
                old,
                new,
                type=WARNING_TYPE,
                subtype="renamed",
                once=True,
            )
    return Settings.read(Path(app.confdir), values)


def _warn_of_unknown_settings(config: "Config") -> None:
    """Warn of misspelled names, which Sphinx takes for variables of ``conf.py``."""
    prefix = "example_output_"
    for name in vars(config).get("_raw_config", ()):
        if name.startswith(prefix) and name not in config:
            known = difflib.get_close_matches(name, [prefix + o for o in OPTIONS], 1)
            meant = f": did you mean {known[0]}?" if known else ""
            logger.warning(
                "conf.py: there is no setting %s%s",
                name,
                meant,
                type=WARNING_TYPE,
                subtype="setting",
            )


def _runtimes(settings: Settings, builder: Builder) -> list[Runtime]:
    """The Pythons in which readers run programs, if the output format supports it.

    The usual one is the first; of the others, those that are there.
    """
    folder = settings.playground
    if folder is None or builder.format != "html" or builder.name == "epub":
        return []
    runtime = Runtime(folder)
    if runtime.is_ready and runtime.is_whole:
        others = [Runtime(folder_of(release, folder), release) for release in OTHERS]
        return [runtime, *(r for r in others if r.is_ready and r.is_whole)]
    what = "files are damaged" if runtime.is_ready else "there is no runtime"
    logger.warning(
        "example_output_playground: %s in %s, so no page can run an example; "
        "create one: python -m example_output.playground %s",
        what,
        folder.name,
        folder.name,
        type=WARNING_TYPE,
        subtype="playground",
        once=True,
    )
    return []
