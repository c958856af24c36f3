"""Make Pyodide run a program as the ``python`` command does.

It runs in the reader's browser, before the program, in a namespace of its own.

Pyodide has an event loop that always runs, and it emulates ``asyncio.run()`` on it.
This module restores the usual behaviour: the program starts an event loop, which polls,
sleeps and ends.
"""

import asyncio
import importlib.abc
import importlib.machinery
import io
import os
import selectors
import socket
import sys
import time
import types
from asyncio import base_events, events

from _pyodide import _importhook
from js import nothingWakes, pause, restOfLibrary
from pyodide import webloop


def _sleep(seconds, /):
    # Raises the errors of the original.
    if not isinstance(seconds, (int, float)):
        _ORIGINAL_SLEEP(seconds)
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    pause(seconds * 1000)


class _Selector(selectors.PollSelector):
    """Polls, sleeps until something is due, and polls again."""

    def select(self, timeout=None):
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is None:
            # No signal, thread or socket could end this wait.
            nothingWakes()
        pause(timeout * 1000)
        return super().select(0)


class _PipeEnd:
    """The part of a socket that the loop uses to wake itself up."""

    def __init__(self, descriptor):
        self._descriptor = descriptor

    def fileno(self):
        return self._descriptor

    def setblocking(self, flag):
        os.set_blocking(self._descriptor, flag)

    def recv(self, size):
        return os.read(self._descriptor, size)

    def send(self, data):
        return os.write(self._descriptor, data)

    def close(self):
        os.close(self._descriptor)


def _time(self, last=[0.0]):
    # Browsers have coarse clocks, and the order of timers with equal deadlines is
    # arbitrary.
    last[0] = max(time.monotonic(), last[0] + 1e-6)
    return last[0]


class _Rest(importlib.abc.MetaPathFinder):
    """The modules that few programs need, fetched when one is imported."""

    archive = ""

    def find_spec(self, name, path=None, target=None):
        if not self.archive:
            self.archive = restOfLibrary(name.partition(".")[0])
            if not self.archive:
                return None
            sys.path.append(self.archive)
        parent = sys.modules.get(name.rpartition(".")[0])
        if parent is not None and path is not None:
            # A part of this package is in the other archive.
            place = f"{self.archive}/{parent.__name__.replace('.', '/')}"
            if place not in parent.__path__:
                parent.__path__.append(place)
            path = parent.__path__
        return importlib.machinery.PathFinder.find_spec(name, path, target)


def _stream(number, name, errors):
    raw = io.FileIO(number, "w", closefd=False)
    raw.name = name
    # Unbuffered, so that both streams keep their order.
    stream = io.TextIOWrapper(raw, "utf-8", errors, "\n", write_through=True)
    stream.mode = "w"
    return stream


def _hide_javascript():
    for name in ("js", "pyodide_js"):
        _importhook.jsfinder.unregister_js_module(name)
    for name in list(sys.modules):
        if name.partition(".")[0] in ("js", "pyodide_js"):
            del sys.modules[name]


def observe(parts, path, live, most, lines):
    """Log to a file what the program's tasks do: run modules that it does not see.

    :param parts: their sources by name; each comes after those that it imports.
    :param live: whether a sleep takes its time.
    :param most: how many events are logged; 0 for all.
    :param lines: how many lines of the program are logged.
    """
    if not live:
        # It reads the clock of the program, which is virtual then.
        base_events.BaseEventLoop.time = _ORIGINAL_TIME
    parts = parts.to_py()
    modules = {}
    for part, source in parts.items():
        name = f"example_output.startup.{part}"
        modules[name] = sys.modules[name] = types.ModuleType(name)
        exec(compile(source, f"<{name}>", "exec"), vars(modules[name]))  # noqa: S102
    modules[name].watch(path, live=live, most=most, lines=lines)
    for name in modules:
        del sys.modules[name]
    os.unlink(path)  # it is open, and nobody else shall write to it


def prepare(name):
    """Put Python into its state before it opens the program ``name``."""
    asyncio.run = webloop._orig_run
    time.sleep = _sleep
    events._set_running_loop(None)
    _set_policy(None)
    selectors.DefaultSelector = _Selector
    socket.socketpair = lambda *_: tuple(map(_PipeEnd, os.pipe()))
    base_events.BaseEventLoop.time = _time
    _hide_javascript()
    sys.meta_path.append(_Rest())
    sys.stdout = sys.__stdout__ = _stream(1, "<stdout>", "strict")
    sys.stderr = sys.__stderr__ = _stream(2, "<stderr>", "backslashreplace")
    sys.argv[:] = [name]
    sys.path[0] = os.getcwd()
    sys.modules["__main__"] = types.ModuleType("__main__")


# Python 3.13 has it under its public name.
_set_policy = (
    getattr(events, "_set_event_loop_policy", None) or events.set_event_loop_policy
)
_ORIGINAL_SLEEP = webloop._orig_sleep
_ORIGINAL_TIME = base_events.BaseEventLoop.time
