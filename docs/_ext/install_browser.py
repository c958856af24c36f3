"""Find a Chromium for the browser tests, or install one.

Usage: ``python docs/_ext/install_browser.py``.  Prints what it does; exits with status
1, and says what to do, if there is none in the end.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)


def find_browser() -> str | None:
    """The path of a Chromium: from BROWSER_PATH, the system, or Playwright's folder."""
    if path := os.environ.get("BROWSER_PATH"):
        return path
    for command in COMMANDS:
        if found := shutil.which(command):
            return found
    return next((place for place in (*PLACES, _playwright()) if _exists(place)), None)


def _exists(place: str) -> bool:
    return bool(place) and Path(place).is_file()


def _playwright() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def install() -> None:
    """Try the system's package manager, then Playwright's download."""
    for command in _ways():
        print("Installing a browser:", " ".join(command), flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        if (
            subprocess.run(command, check=False, env=environment).returncode == 0
            and find_browser()
        ):
            return


def _ways() -> list[list[str]]:
    ways = []
    if apt := shutil.which("apt-get"):
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        sudo = [] if root else ["sudo", "-n"]
        if root or shutil.which("sudo"):
            options = ["install", "--yes", "--quiet", "--no-install-recommends"]
            install = [*sudo, apt, *options, "chromium"]
            ways += [install, [*sudo, apt, "--quiet", "update"], install]
    ways.append([sys.executable, "-m", "playwright", "install", "chromium"])
    return ways


def main() -> int:
    """Find one, or install one."""
    if find_browser() is None:
        install()
    found = find_browser()
    if found is None:
        print("No browser. Install Chromium or Chrome, or set BROWSER_PATH to one.")
        return 1
    print("Browser for the tests:", found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
