project = "notes"
author = "nobody"
copyright = "2026, nobody"
version = "1.0"
extensions = ["example_output", "myst_parser"]
exclude_patterns = ["_build", "examples"]
