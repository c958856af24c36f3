"""Install the packages of tests/node/package-lock.json, unless they are there.

Usage: ``python docs/_tools/install_node.py``.  Node and npm come with a Python package.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from example_output.playground.runtime import npm

FOLDER = Path(__file__).parents[2] / "tests" / "node"
MODULES = FOLDER / "node_modules"


def is_installed() -> bool:
    """Whether the packages are installed as locked."""
    mark = MODULES / ".installed-lock"
    lock = FOLDER / "package-lock.json"
    return mark.is_file() and mark.read_bytes() == lock.read_bytes()


def main() -> int:
    """Install them."""
    if is_installed():
        return 0
    print(
        "Installing in tests/node, through npm: Lighthouse, the Nu HTML checker and "
        "linters; 240 MB on disk ...",
        flush=True,
    )
    # Their own install scripts would fetch things from elsewhere.
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run([*npm(), *words], cwd=FOLDER, check=False)
    if done.returncode:
        print("npm could not install them; the tests that need them will fail.")
        return 1
    shutil.copyfile(FOLDER / "package-lock.json", MODULES / ".installed-lock")
    return 0


if __name__ == "__main__":
    sys.exit(main())
