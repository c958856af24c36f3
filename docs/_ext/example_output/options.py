"""The names of pytest's options that are ours.

They begin alike, so that they stand beside those of any project's ``conftest.py``.
Messages name them too; nothing else is here, so that every pytest session can import
it.
"""

RECORD = "--example-record"
"""Write the recordings of the examples that are collected."""
ACCEPT_FAILURE = "--example-accept-failure"
"""Also record a failing example for the first time."""
TIMELINE = "--example-timeline"
"""Also record a timeline for the first time."""
PYTHON = "--example-python"
"""Run on the Python that is named."""
MATRIX = "--example-matrix"
"""Run on each Python of ``example_output_pythons``."""
