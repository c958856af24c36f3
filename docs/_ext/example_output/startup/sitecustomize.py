"""Prepare an interpreter before it opens the program.

Python imports a module of this name at startup.  Environment variables say what to do,
and are removed before the program starts.

``EXAMPLE_OUTPUT_GARBAGE``: the threshold of garbage collection; 0 turns it off.  A
program whose output depends on it cannot be recorded.

``EXAMPLE_OUTPUT_ELSEWHERE``: what to say of the clock and the machine; see
:mod:`elsewhere`, beside this file.

``EXAMPLE_OUTPUT_AXIS``: what the program is tried with; see :mod:`axis`, beside this
file.

``EXAMPLE_OUTPUT_EVENTS``: a file in which to log the events of the program's tasks; see
:mod:`observe`, beside this file.

``EXAMPLE_OUTPUT_CONTROL``: the control socket of a fork server.  The server pauses its
startup here: it imports asyncio, which takes most of the time of a short run, and forks
for each request.  In the fork, the startup continues.  The interpreter itself opens and
runs the program, so there is no frame of ours below it, and it ends as usual.

One server can run many programs, although an interpreter's program is fixed when it
starts: ``/proc/self/cwd/NAME`` is a different file in each working folder.

The fork server is for Linux only.  :mod:`example_output.running.forking` is its client.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import types

_TICK = 0.01  # seconds between two checks for programs that have ended
_FOLDER = os.path.dirname(os.path.abspath(__file__))
_EVENTS = "EXAMPLE_OUTPUT_EVENTS"
# The modules of the observer; each comes after those that it imports.
_PARTS = ("clock", "objects", "observe", "watch")
_compiled: dict[str, object] = {}  # by the name of the part


def _forget_ourselves() -> None:
    """Restore the path, and run the sitecustomize that this one has hidden."""
    folder = _FOLDER
    sys.path[:] = [path for path in sys.path if os.path.abspath(path) != folder]
    sys.path_importer_cache.pop(folder, None)
    own = sys.modules.pop("sitecustomize")
    with contextlib.suppress(ImportError):
        importlib.import_module("sitecustomize")
    sys.modules.setdefault("sitecustomize", own)


def _serve(control: socket.socket) -> None:
    """Fork for each request; return in the fork, which becomes the program."""
    running: dict[int, str] = {}
    while True:
        readable, _, _ = select.select([control], [], [], _TICK if running else None)
        _report_ended(control, running)
        if not readable:
            continue
        request, files, _, _ = socket.recv_fds(control, 65536, 1)
        if not request:
            _end(running)
        job = json.loads(request)
        if _EVENTS in job["environment"]:
            for part in _PARTS:
                _code(part)
        pid = os.fork()
        if pid == 0:
            control.close()
            _become(job, files[0])
            return
        os.close(files[0])
        running[pid] = job["key"]
        control.send(json.dumps({"key": job["key"], "pid": pid}).encode())


def _report_ended(control: socket.socket, running: dict[int, str]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        message = {"key": running.pop(pid), "status": os.waitstatus_to_exitcode(status)}
        with contextlib.suppress(OSError):
            control.send(json.dumps(message).encode())


def _end(running: dict[int, str]) -> None:
    """Kill all programs and exit, because the client has gone."""
    for pid in running:
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
    os._exit(0)


def _become(job: dict[str, object], output: int) -> None:
    """Make this fork like a process that was started for the program."""
    os.setpgid(0, 0)
    os.chdir(str(job["folder"]))
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.environ.clear()
    os.environ.update(job["environment"])  # type: ignore[call-overload]
    _renew_main()
    name = os.path.basename(sys.argv[0])
    sys.argv[:] = [name]
    sys.orig_argv[1:] = [name]


def _renew_main() -> None:
    """Replace ``__main__`` by a new module, which is collected at the end as usual.

    The finalizers of its objects then run while other modules still exist.
    """
    old = sys.modules["__main__"]
    new = type(sys)("__main__")
    new.__dict__.update(old.__dict__)
    modules = {**sys.modules, "__main__": new}  # in the old order
    sys.modules.clear()
    sys.modules.update(modules)


def _start() -> None:
    descriptor = os.environ.pop("EXAMPLE_OUTPUT_CONTROL", "")
    threshold = os.environ.pop("EXAMPLE_OUTPUT_GARBAGE", "")
    os.environ.pop("PYTHONPATH", None)
    _forget_ourselves()
    if threshold:
        gc.set_threshold(int(threshold))
    if descriptor:
        import asyncio  # noqa: F401

        # All objects so far are in use.  Traversing them again in each fork would take
        # half of the fork's time, and copy most of its memory.
        gc.collect()
        gc.freeze()
        _serve(socket.socket(fileno=int(descriptor)))
    if conditions := os.environ.pop("EXAMPLE_OUTPUT_ELSEWHERE", ""):
        _execute("ahead", "elsewhere").move(conditions)
    if axis := os.environ.pop("EXAMPLE_OUTPUT_AXIS", ""):
        _execute("axis").take(axis)
    if events := os.environ.pop(_EVENTS, ""):
        _execute(*_PARTS).watch(events)


def _execute(*parts: str) -> types.ModuleType:
    """Run modules of this folder, and hide them from the program; return the last."""
    modules = {}
    for part in parts:
        name = f"example_output.startup.{part}"
        modules[name] = sys.modules[name] = type(sys)(name)
        exec(_code(part), modules[name].__dict__)  # type: ignore[arg-type]  # noqa: S102
    for name in modules:
        del sys.modules[name]
    return modules[name]


def _code(part: str) -> object:
    """The code of a module of this folder, compiled once for all forks."""
    if part not in _compiled:
        from importlib.machinery import SourceFileLoader

        name = f"example_output.startup.{part}"
        loader = SourceFileLoader(name, os.path.join(_FOLDER, f"{part}.py"))
        _compiled[part] = loader.get_code(name)
    return _compiled[part]


_start()
