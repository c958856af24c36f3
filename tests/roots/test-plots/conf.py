project = "plots"
author = "nobody"
copyright = "2026, nobody"
version = "1.0"
extensions = ["example_output", "myst_parser"]
exclude_patterns = ["_build", "gallery"]
example_output_dir = "gallery"
example_output_examples = {"*": {"dependencies": ["pillow"], "tolerance": 0.01}}
