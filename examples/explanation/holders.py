"""Find what holds each task, after garbage has been collected."""

import asyncio
import gc
import sys
import threading


def leads_to(roots, task):
    main = asyncio.current_task()
    passed = [asyncio.get_running_loop(), main, main.get_coro()]
    seen = set(map(id, passed))
    found = list(roots)
    while found and (thing := found.pop()) is not task:
        module = isinstance(thing, dict) and "__builtins__" in thing
        if id(thing) not in seen and not module:
            seen.add(id(thing))
            if not isinstance(thing, (type, type(gc))):
                found += gc.get_referents(thing)
    return bool(found)


def holder(task):
    loop = asyncio.get_running_loop()
    frames = sys._current_frames()
    frames.pop(threading.get_ident())
    roots = {
        "a timer": getattr(loop, "_scheduled", ()),
        "the selector": [getattr(loop, "_selector", None)],
        "a thread": [dict(f.f_locals) for f in frames.values()],
    }
    found = [name for name in roots if leads_to(roots[name], task)]
    return found[0] if found else "something else"


def report(names):
    gc.collect()
    left = {task.get_name(): task for task in asyncio.all_tasks()}
    for name in names:
        print(name, "-", holder(left[name]) if name in left else "gone")
