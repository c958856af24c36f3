"""Try a program, which stays as it is, with another event loop or other tasks."""

import asyncio
from asyncio import base_events
from typing import Any


def take(axis: str) -> None:
    """Prepare an axis; see :data:`.settings.AXES`."""
    {"uvloop": _take_uvloop, "eager": _make_eager}[axis]()


def _take_uvloop() -> None:
    """Make each loop one of uvloop's, as ``uvloop.run()`` does for its own."""
    import uvloop  # type: ignore[import-not-found, unused-ignore]

    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


def _make_eager() -> None:
    """Give each new loop the eager task factory; a program may set another one."""
    original: Any = base_events.BaseEventLoop.__init__

    def initialize(loop: Any) -> None:
        original(loop)
        loop.set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009

    setattr(base_events.BaseEventLoop, "__init__", initialize)  # noqa: B010  # mypy
