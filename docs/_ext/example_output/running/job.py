"""One run of an example: all that it depends on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from example_output.running.forking import SUPPORTED
from example_output.transcript import Transcript, fingerprint

if TYPE_CHECKING:  # which the process that runs examples has no use for
    from example_output.example import Example
    from example_output.gate import Gate
    from example_output.running.interpreter import Interpreter


@dataclass(frozen=True)
class Job:
    """One run to make."""

    key: str
    """By which the asker knows it again."""
    files: tuple[str, ...]
    """Absolute paths: the program first, then what must lie beside it."""
    root: str
    """The program's folder; ``files`` keep their places below it."""
    executable: str
    library: tuple[str, ...]
    timeout: float
    """Seconds."""
    limit: int
    """Bytes of output after which the run is stopped."""
    seed: int = 0
    """``PYTHONHASHSEED``."""
    garbage: int | None = None
    """New objects between two looks for garbage; 0 for none, ``None`` for Python's own
    number."""
    fork: bool = False
    """Whether it may be started by a fork; see :mod:`.running.forking`."""
    expected: str = ""
    """The :func:`.transcript.fingerprint` of the result that passes the gate.  A forked
    run with another result is made again, plainly.  Empty where any result will do."""
    timeline: bool = False
    """Whether to watch its tasks, on a clock that only sleeping moves."""

    def accepts(self, run: Transcript) -> bool:
        """Whether a forked run is one to go by."""
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
) -> Job:
    """The run of an example on an interpreter, of the version that the gate is for.

    ``seed``, ``garbage`` and ``timeline`` are those of the :class:`Job`.

    :param fork: whether it may be forked, if that gives what its recording says.
    """
    alone = len(example.files) == 1
    fork = fork and SUPPORTED and alone and b"asyncio" in example.source
    expected = gate.expected(example, timeline=timeline) if fork else ""
    return Job(
        key=key,
        files=tuple(map(str, example.files)),
        root=str(example.path.parent),
        executable=interpreter.executable,
        library=interpreter.library,
        timeout=example.metadata.timeout or gate.settings.timeout,
        limit=gate.settings.limit,
        seed=seed,
        garbage=garbage,
        fork=bool(expected),
        expected=expected,
        timeline=timeline,
    )
