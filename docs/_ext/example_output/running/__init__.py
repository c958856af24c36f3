"""Run examples, and cache their results.  Independent of Sphinx and pytest."""
