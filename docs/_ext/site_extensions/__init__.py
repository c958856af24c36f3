"""Extensions of Sphinx that serve this site alone."""
