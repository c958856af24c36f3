"""Run examples in the reader's browser: the runtime, and which examples run there."""
