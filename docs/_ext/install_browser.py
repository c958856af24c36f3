"""Find a Chromium for the browser tests, or install one, and a font of usual width.

Usage: ``python docs/_ext/install_browser.py``.  Prints what it does; exits with status
1, and says what to do, if there is no browser in the end.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# As wide as Arial and Helvetica, which pages ask for.
FONTS = "fonts-liberation"
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


def has_fonts() -> bool:
    """Whether pages have a font of usual width.

    Without one, Debian shows them in DejaVu, which is a good deal wider than what
    phones have: what fits on a screen is not what readers see.
    """
    matcher = shutil.which("fc-match")
    if matcher is None:
        return True  # no fontconfig, so no Linux that lacks fonts
    words = [matcher, "--format=%{family}", "Helvetica"]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    return "DejaVu" not in done.stdout


def install() -> None:
    """Try the system's package manager, then Playwright's download."""
    for command in _ways():
        print("Installing a browser:", " ".join(command), flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        if (
            subprocess.run(command, check=False, env=environment).returncode == 0
            and find_browser()
            and has_fonts()
        ):
            return


def _ways() -> list[list[str]]:
    ways = []
    if apt := shutil.which("apt-get"):
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        sudo = [] if root else ["sudo", "-n"]
        if root or shutil.which("sudo"):
            options = ["install", "--yes", "--quiet", "--no-install-recommends"]
            browser = [] if find_browser() else ["chromium"]
            install = [*sudo, apt, *options, *browser, FONTS]
            ways += [install, [*sudo, apt, "--quiet", "update"], install]
    if find_browser() is None:
        ways.append([sys.executable, "-m", "playwright", "install", "chromium"])
    return ways


def main() -> int:
    """Find one, or install one."""
    if find_browser() is None or not has_fonts():
        install()
    found = find_browser()
    if found is None:
        print("No browser. Install Chromium or Chrome, or set BROWSER_PATH to one.")
        return 1
    print("Browser for the tests:", found)
    if not has_fonts():
        print(
            f"No font as wide as Helvetica: tests of sizes may fail. Install {FONTS}."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
