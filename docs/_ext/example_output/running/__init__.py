"""Run examples, and keep what they gave.  Knows nothing of Sphinx or pytest."""
