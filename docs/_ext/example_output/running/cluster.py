"""Run examples on a Dask cluster, if there are too many for one machine.

An optional extra: ``pip install sphinx-example-output[cluster]``.  The child process
(:func:`.running.child.main`) submits the jobs to a scheduler instead of starting
interpreters, and reports the results in the same way.

A worker needs the same interpreter and the same packages as the build; otherwise it
refuses the job.  Jobs that are refused, or lost with their worker, run here.
"""

import contextlib
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from example_output.running.interpreter import Interpreter, this_interpreter
from example_output.running.job import Job
from example_output.running.runs import Runs
from example_output.transcript import Transcript

if TYPE_CHECKING:
    from distributed import Client, Future

_PATIENCE = 10  # seconds to find the scheduler, and without any worker
_LOSSES = 1  # workers that a job may lose before it runs here


class ClusterError(RuntimeError):
    """The cluster cannot be used; the message says why."""


def run_on(
    scheduler: str,
    identity: str,
    jobs: list[Job],
    report: Callable[[str, Transcript], None],
) -> None:
    """Make the runs on a cluster; report each job's key and transcript as it arrives.

    :param scheduler: its address, such as ``tcp://host:8786``.
    :param identity: the interpreter's, as in :class:`.running.interpreter.Interpreter`.
    :raises ClusterError: if the scheduler cannot be reached.
    """
    try:
        import distributed
    except ImportError:
        raise ClusterError(
            "example_output_scheduler is set, but Dask's distributed is not installed: "
            "pip install sphinx-example-output[cluster]"
        ) from None
    try:
        client = distributed.Client(scheduler, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"example_output_scheduler = {scheduler!r} does not answer: {error}"
        ) from None
    by_key = {job.key: job for job in jobs}
    refused = 0
    with client, ThreadPoolExecutor() as here:
        for number, (key, run) in enumerate(_results(client, identity, jobs), 1):
            refused += run is None
            if refused and number == len(jobs):
                # The parent ends this process once it has the last result.
                _say_refused(refused, len(jobs))
            if run is None:
                here.submit(lambda job: report(job.key, _run_here(job)), by_key[key])
            else:
                report(key, run)


def _say_refused(refused: int, count: int) -> None:
    print(
        f"{refused} of {count} examples were run here and not on the cluster: "
        "they import from folders of this machine, their worker has another Python or "
        "other packages, or was lost, or there is none",
        file=sys.stderr,
        flush=True,
    )


def _results(
    client: "Client", identity: str, jobs: list[Job]
) -> Iterator[tuple[str, Transcript | None]]:
    """Yield keys and transcripts; ``None`` for jobs that no worker has run."""
    import distributed

    futures = {}
    for job in jobs:
        # Folders, programs and ports of this machine.
        if job.pythonpath or job.launch or job.alone:
            yield job.key, None
            continue
        root = Path(job.root)
        files = {
            Path(name).relative_to(root).as_posix(): Path(name).read_bytes()
            for name in job.files
        }
        future = client.submit(
            run_on_worker, asdict(job), files, identity, pure=False, retries=_LOSSES
        )
        futures[future] = job.key
    _leave_if_deserted(client, list(futures))
    for future in distributed.as_completed(futures):
        fields = None
        if future.status == "finished":
            # The last worker that has the result may be lost by now.
            with contextlib.suppress(Exception):
                fields = future.result()
        yield futures[future], Transcript(**fields) if fields else None


def _leave_if_deserted(client: "Client", futures: "list[Future]") -> None:
    """Cancel all jobs once the scheduler has had no worker for a while."""

    def watch() -> None:
        seen = time.monotonic()
        while time.monotonic() - seen < _PATIENCE:
            time.sleep(1)
            with contextlib.suppress(OSError):
                if client.scheduler_info()["workers"]:
                    seen = time.monotonic()
        client.cancel(futures)

    threading.Thread(target=watch, daemon=True).start()


def run_on_worker(
    fields: Mapping[str, Any], files: Mapping[str, bytes], identity: str
) -> dict[str, Any] | None:
    """Make one run on this worker, from the contents of its files.

    Returns the fields of a :class:`.Transcript`, or ``None`` if this is another
    interpreter, whose output would prove nothing.
    """
    here = _here()
    if here.identity != identity:
        return None
    with tempfile.TemporaryDirectory(prefix="example-") as name:
        root = Path(name)
        for relative, content in files.items():
            path = root / relative
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        job = replace(
            Job(**fields),
            files=tuple(str(root / relative) for relative in files),
            root=str(root),
            executable=here.executable,
            library=here.library,
            fork=False,
        )
        return asdict(_run_here(job))


@cache
def _here() -> Interpreter:
    return this_interpreter()


def _run_here(job: Job) -> Transcript:
    with Runs([replace(job, fork=False)], at_once=1) as runs:
        return runs.result(job.key)
