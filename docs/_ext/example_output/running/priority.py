"""Leave the cores to others.  Imports almost nothing, so that this can come first."""

import os

_NICE = 10  # the niceness of runs at low priority


def lower() -> None:
    """Lower the priority of this process, and of all that it starts."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    # Where Linux shares the cores out among sessions ("autogroup" in sched(7)), the
    # niceness of a process only counts within its session.
    try:
        with open("/proc/self/autogroup", "w") as file:
            file.write(str(_NICE))
    except OSError:
        pass
