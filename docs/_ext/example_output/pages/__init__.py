"""Show examples on pages.  Only this part uses Sphinx."""
