"""The names of our pytest options.

Their common prefix keeps them apart from the options of a project's ``conftest.py``.
Messages use these names too.  This module contains nothing else, because every pytest
session imports it.
"""

RECORD = "--example-record"
"""Record the examples that are collected."""
ACCEPT_FAILURE = "--example-accept-failure"
"""Also record a failing example for the first time."""
TIMELINE = "--example-timeline"
"""Also record a timeline for the first time."""
PYTHON = "--example-python"
"""Run on the named Python."""
MATRIX = "--example-matrix"
"""Run on each Python of ``example_output_pythons``, and each axis."""
AXIS = "--example-axis"
"""Run on the named axis of ``example_output_axes`` alone."""
