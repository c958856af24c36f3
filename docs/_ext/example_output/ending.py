"""What is wrong with a run that was stopped, was killed, or ended too early."""

import contextlib
import errno
import re
from typing import TYPE_CHECKING

from example_output import options
from example_output.example import Example
from example_output.problems import Kind, Problem
from example_output.settings import Settings
from example_output.transcript import (
    RecordingError,
    Transcript,
    quote,
    read_recording,
)

if TYPE_CHECKING:
    from example_output.gate import Gate

# The exit statuses of what a system kills: by SIGKILL and by SIGXCPU.
_KILLED = {"-9", "-24"}
_STATUS = re.compile(r"(?m)^\[exit status (-\d+)\]$")  # of a command of a session
_TAKEN = re.compile(r"(?i)address already in use|\b10048\b")  # also on Windows

# What Python says where the system has no more memory, threads, files or room.
_NO_MORE = ["ENOMEM", "ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "EFBIG"]
_NUMBERS = "|".join(str(getattr(errno, name)) for name in _NO_MORE)
_LIMITS = re.compile(
    rf"(?m)^[ |]*(OSError: \[Errno (?:{_NUMBERS})\].*|MemoryError\b.*"
    r"|RuntimeError: can't start new thread)"
)


def port_taken(run: Transcript) -> str:
    """What to do about a port that is in use, if a run says so."""
    if not _TAKEN.search(run.output):
        return ""
    return (
        "If other examples use the port, declare alone = true in each of them; "
        "otherwise another program of this machine does"
    )


def limit_reached(run: Transcript) -> str:
    """What to do about a limit of the machine, if a failed run names one."""
    found = _LIMITS.findall(run.output)
    if not found:
        return ""
    return (
        f"If it should not say {found[-1]}, a limit of this machine is the "
        "cause, and not a change of the program: give it more, and build again"
    )


def killed(gate: "Gate", example: Example, run: Transcript) -> Problem | None:
    """The problem of a run that the system has killed, unless that is recorded."""
    signals = _signals(example, run)
    if signals and (recording := gate.recording(example)):
        with contextlib.suppress(RecordingError):
            known = read_recording(recording.read(), example.command)
            signals -= _signals(example, known)
    if not signals:
        return None
    accept = gate.cure(example, options.ACCEPT_FAILURE)
    return Problem(
        Kind.KILLED,
        example.name,
        f"it was killed by signal {min(signals)[1:]}, as a system does where "
        "memory or CPU time runs out; the output so far",
        _so_far(run),
        "Build again with more of it, or with a smaller example_output_jobs; if "
        f"the program is meant to end like this, record it: {accept}",
        (f"{gate.settings.shown(example.path)}:1",),
    )


def _signals(example: Example, run: Transcript) -> set[str]:
    """The exit statuses of what the system has killed in a run."""
    commands = _STATUS.findall(run.output) if example.is_session else ()
    return _KILLED & {str(run.status), *commands}


def _so_far(run: Transcript) -> str:
    return quote(run.output.splitlines()) or "    (it had printed nothing)"


def cut_short(settings: Settings, example: Example, run: Transcript) -> Problem:
    """The problem of a run that ended in another way than the example declares."""
    place = f"{settings.shown(example.path)}:1"
    if run.ending == "exit":
        return Problem(
            Kind.DRIFT,
            example.name,
            'it ended by itself, and it declares ends = "timeout"; it printed',
            quote(run.output.splitlines()),
            port_taken(run)
            or limit_reached(run)
            or "Fix the program, or remove the line from its [tool.example-output] "
            "table",
            (place,),
        )
    if run.ending == "gone":
        cause = "it, or a file that it needs, was removed before it could be run"
        return Problem(Kind.CHANGED, example.name, cause, "", "Try again", (place,))
    so_far = _so_far(run)
    if run.ending == "limit":
        limit = f"{settings.limit:,}".replace(",", " ")
        return Problem(
            Kind.LIMIT,
            example.name,
            f"stopped after {limit} bytes of output; the last lines",
            so_far,
            "Print less, or raise example_output_limit in conf.py",
            (place,),
        )
    timeout = example.metadata.timeout or settings.timeout
    server = "" if example.is_session else '; a server declares ends = "timeout" there'
    return Problem(
        Kind.TIMEOUT,
        example.name,
        f"stopped after {timeout:g} s; the output so far",
        so_far,
        "Let it end by itself, or give it more time: example_output_timeout in "
        f"conf.py, or timeout in its [tool.example-output] table{server}",
        (place,),
    )
