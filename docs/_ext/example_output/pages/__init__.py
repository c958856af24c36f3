"""Show examples on pages.  The only part that knows Sphinx."""
