project = "greeting"
author = "nobody"
copyright = "2026, nobody"
version = "1.0"
extensions = ["example_output", "sphinx.ext.autodoc"]
exclude_patterns = ["_build", "examples"]
