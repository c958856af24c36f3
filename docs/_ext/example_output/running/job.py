"""One run of an example, and everything that it depends on."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from example_output.transcript import Transcript, fingerprint

if TYPE_CHECKING:  # the child process does not need these
    from example_output.example import Example
    from example_output.gate import Gate
    from example_output.running.interpreter import Interpreter


# The interpreter of a session imports nothing of the programs that this starts, and
# does nothing that is meant for them: see the module.
_SESSION = (
    *("-S", "-E", "-P", "-X", "utf8"),
    str(Path(__file__).parents[1] / "startup" / "session.py"),
)
CAN_FORK = sys.platform == "linux"
"""Whether this system has ``fork`` and ``/proc/self/cwd``, which :mod:`.forking`
needs."""
ELSEWHERE = ("clock", "machine", "place")
"""What can differ where a program runs: its time; the machine's name, user, number of
cores and order of files; its folder, home and temporary folder.
``startup/elsewhere.py`` sets the first two, and :mod:`.running.process` the third."""


@dataclass(frozen=True)
class Job:
    """One run to make."""

    key: str
    """Identifies the run in the results."""
    files: tuple[str, ...]
    """Absolute paths: the program first, then the other files that it needs."""
    root: str
    """A folder above all ``files``, which keep their places below it."""
    executable: str
    library: tuple[str, ...]
    timeout: float
    """Seconds."""
    limit: int
    """Bytes of output after which the run is stopped."""
    seed: int = 0
    """``PYTHONHASHSEED``."""
    garbage: int | None = None
    """The threshold of garbage collection; 0 turns it off, ``None`` is Python's own."""
    fork: bool = False
    """Whether it may be started by a fork; see :mod:`.running.forking`."""
    expected: str = ""
    """The :func:`.transcript.fingerprint` of the result that passes the gate.  A forked
    run with another result is repeated with a plain start.  Empty if it may have any
    result."""
    timeline: bool = False
    """Whether to observe its tasks, on a clock that only sleeping advances."""
    own: tuple[str, ...] | None = ()
    """Addresses that are not replaced; see :class:`.normalize.Surroundings`."""
    colors: bool = False
    """Whether the program may print colors, which are kept."""
    elsewhere: tuple[str, ...] = ()
    """What differs from an ordinary run, of :data:`ELSEWHERE`."""
    inside: str = ""
    """The working folder, relative to ``root``; by default the same."""
    launch: tuple[str, ...] = ()
    """What starts it, after the interpreter; by default the name of the program."""
    arguments: tuple[str, ...] = ()
    """Of its command line."""
    stdin: str = ""
    """What it reads from standard input."""
    environment: tuple[tuple[str, str], ...] = ()
    """Environment variables besides those of every run."""
    path: str = ""
    """Where it finds programs, after those of the interpreter; by default the usual
    places of this system."""
    pythonpath: tuple[str, ...] = ()
    """Absolute paths of folders to import from; they count as the library."""
    masks: tuple[tuple[str, str], ...] = ()
    """Regular expressions and replacements; see :class:`.normalize.Surroundings`."""
    makes: tuple[str, ...] = ()
    """The files that it makes, which are part of the result."""
    alone: bool = False
    """Whether it waits until no other such run of this user is left."""
    axis: str = ""
    """What it is tried with, of :data:`.settings.AXES`."""
    packages: str = ""
    """A folder of more packages, which the axis needs."""

    @property
    def name(self) -> str:
        """Of its program, for messages."""
        return os.path.basename(self.files[0]) if self.files else self.key

    def accepts(self, run: Transcript) -> bool:
        """Whether the result of a forked run can be used."""
        if not self.expected:
            return True
        found = fingerprint(run.output, run.status)
        if self.timeline:
            found = fingerprint(run.timeline)
        return run.ending == "exit" and found == self.expected


def plan(
    gate: "Gate",
    example: "Example",
    interpreter: "Interpreter",
    key: str,
    *,
    seed: int = 0,
    garbage: int | None = None,
    fork: bool = False,
    timeline: bool = False,
    elsewhere: tuple[str, ...] = (),
    recording: bool = False,
) -> Job:
    """Plan a run of an example on an interpreter of the gate's version.

    ``seed``, ``garbage``, ``timeline`` and ``elsewhere`` are those of the :class:`Job`.

    :param fork: whether it may be forked, if its recording can confirm the result.
    :param recording: whether to keep all addresses, for the recorder to compare.
    """
    fork = fork and _can_fork(example)
    expected = gate.expected(example, timeline=timeline) if fork else ""
    packages = str(gate.settings.matrix / gate.axis) if gate.axis else ""
    return Job(
        key=key,
        files=tuple(map(str, example.files[int(example.is_session) :])),
        executable=interpreter.executable,
        library=(*interpreter.library, *_folders(example, interpreter, packages)),
        timeout=example.metadata.timeout or gate.settings.timeout,
        limit=gate.settings.limit,
        seed=seed,
        garbage=garbage,
        fork=bool(expected),
        expected=expected,
        timeline=timeline,
        own=None if recording else gate.own_addresses(example, timeline=timeline),
        colors=gate.settings.colors,
        elsewhere=elsewhere,
        masks=(*gate.settings.masks, *example.metadata.masks),
        makes=example.metadata.makes,
        alone=example.metadata.alone,
        **_given(example),
        axis=gate.axis,
        packages=packages,
    )


def _can_fork(example: "Example") -> bool:
    """Whether a fork can be what a plain start would be, and saves time."""
    is_plain = example.metadata.is_plain and example.metadata.ends == "exit"
    alone = len(example.files) == 1 and not example.is_session
    return CAN_FORK and alone and is_plain and b"asyncio" in example.source


def place(example: "Example") -> tuple[str, str]:
    """The folder below which its files keep their places, and its own below that."""
    own = str(example.root)
    folders = {own, *(str(path.parent) for path in example.files)}
    if len(folders) == 1:  # the usual case, in a tenth of the time
        return own, "."
    root = os.path.commonpath(folders)
    return root, os.path.relpath(own, root)


def _given(example: "Example") -> dict[str, Any]:
    """Where it is run, and what it declares that it is given, by fields of a job."""
    root, inside = place(example)
    given: dict[str, Any] = {
        "root": root,
        "inside": inside,
        "arguments": example.metadata.arguments,
        "stdin": example.metadata.stdin,
        "environment": example.metadata.environment,
        "pythonpath": tuple(map(str, example.pythonpath)),
    }
    if example.package:
        given["launch"] = ("-m", example.package)
    if example.is_session:
        given["launch"] = _SESSION
        given["stdin"] = example.source.decode("utf-8", "replace")
        given["path"] = os.environ.get("PATH", os.defpath)
    return given


def _folders(
    example: "Example", interpreter: "Interpreter", packages: str
) -> list[str]:
    """More folders of a library: as given, and with links resolved.

    :param packages: a folder of more packages, if there is one.
    """
    places = example.pythonpath
    found = {str(path) for one in places for path in (one, one.resolve())}
    if example.is_session:  # installed programs are in its tracebacks
        found.add(os.path.dirname(interpreter.executable))
    return sorted(found | {packages} - {""})
