project = "everything"
author = "nobody"
version = "1"
copyright = "2026, nobody"
language = "en"
extensions = ["example_output", "myst_parser"]
