"""Find a browser for the tests, or announce what will be installed and install it.

Usage: ``python docs/_tools/install_browser.py [--fonts]``.  With ``--fonts``, a font of
usual width is required too.  If there is still no browser that starts, or no such font,
it says what to do and exits with status 1.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath, PureWindowsPath

# Names on PATH.  The first one draws no window around a page, which is two fifths of
# the work of loading it.  On Ubuntu, the last one is often a stub that suggests a snap.
COMMANDS = (
    "chromium-headless-shell",
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "chromium-browser",
)
# Other locations, below a few folders.
MAC = (
    "Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "Applications/Chromium.app/Contents/MacOS/Chromium",
    "Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)
# Debian's names of the packages; older releases do not have the smaller one.
BROWSER = "chromium"
WINDOWLESS = "chromium-headless-shell"
# As wide as Arial and Helvetica, which the pages use.
FONTS = "fonts-liberation"
NAMES = {
    BROWSER: "browser",
    WINDOWLESS: "browser without windows",
    FONTS: "font as wide as Helvetica",
}
_INSTEAD = "\n(BROWSER_PATH=/path/to/chrome takes one that is there instead.)"


# -- Finding -------------------------------------------------------------------------


@cache  # it starts programs
def find_browser() -> str | None:
    """The path of a browser: from BROWSER_PATH, or the first one that starts."""
    if named := os.environ.get("BROWSER_PATH"):
        return shutil.which(named) or named
    for place in candidates(os.environ, sys.platform):
        if Path(place).is_file() and not why_not(place):
            return place
    place = _playwright()
    return place if Path(place).is_file() and not why_not(place) else None


def candidates(environment: Mapping[str, str], system: str) -> Iterator[str]:
    """Yield the possible paths of a browser, the best first.

    :param environment: as ``os.environ``.
    :param system: as ``sys.platform``.
    """
    for command in COMMANDS:
        if found := shutil.which(command, path=environment.get("PATH", os.defpath)):
            yield found
    if system == "darwin":
        for top in ("/", environment.get("HOME", "/")):
            yield from (str(PurePosixPath(top, inside)) for inside in MAC)
    if system == "win32":
        names = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        for top in (environment[name] for name in names if name in environment):
            yield from (str(PureWindowsPath(top, inside)) for inside in WINDOWS)


def why_not(browser: str) -> str:
    """Why a browser does not start; empty if it does.

    Libraries may be missing, or it may be a stub that says how to install the browser.
    """
    if sys.platform == "win32":
        return ""  # on Windows, asking for the version opens a window
    try:
        done = subprocess.run(
            [browser, "--version"],
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if done.returncode == 0 else (done.stderr or done.stdout).strip()


def _playwright() -> str:
    """Where Playwright puts the browser that it downloads."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def has_fonts() -> bool:
    """Whether pages have a font of usual width.

    Without one, Debian uses DejaVu, which is much wider than the fonts of phones, so
    the layout would differ from what readers see.
    """
    matcher = shutil.which("fc-match")
    if matcher is None:
        return True  # no fontconfig, so no Linux that lacks fonts
    words = [matcher, "--format=%{family}", "Helvetica"]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    return "DejaVu" not in done.stdout


def lacking(*, fonts: bool) -> list[str]:
    """The packages that would provide what is missing, by Debian's names."""
    find_browser.cache_clear()
    missing = [] if find_browser() else [BROWSER]
    return missing + ([FONTS] if fonts and not has_fonts() else [])


# -- Installing ----------------------------------------------------------------------


def install(packages: Sequence[str], *, fonts: bool) -> list[str]:
    """Install packages with apt-get, or a browser by Playwright's download.

    Returns what is still missing.  It downloads nothing large if that would not help.
    """
    apt = apt_get()
    if apt:
        known = _known(apt, packages)
        if len(known) < len(packages):
            print("Updating apt's lists of packages ...", flush=True)
            quietly([*apt, "update"])
            known = _known(apt, packages)
        if known and (plan := _plan(apt, known)) is not None:
            print(announcement(known, plan), flush=True)
            quietly([*apt, "install", "--yes", "--no-install-recommends", *known])
    if lacking(fonts=fonts) == [BROWSER]:
        libraries = ["--with-deps"] if apt else []
        what = "a Chromium of several hundred megabytes"
        what += ", and with apt-get the libraries that it needs" if apt else ""
        print(f"Installing by Playwright's download: {what} ...{_INSTEAD}", flush=True)
        words = ["install", "--no-shell", *libraries, "chromium"]
        quietly([sys.executable, "-m", "playwright", *words])
    return lacking(fonts=fonts)


def apt_get() -> list[str]:
    """The command that may install packages; empty if there is none."""
    apt, sudo = shutil.which("apt-get"), shutil.which("sudo")
    if not apt or not hasattr(os, "geteuid"):
        return []
    if os.geteuid() == 0:
        return [apt]
    if sudo:
        allowed = subprocess.run([sudo, "-n", "true"], check=False, capture_output=True)
        if allowed.returncode == 0:
            return [sudo, "-n", apt]
    return []


def _known(apt: Sequence[str], packages: Sequence[str]) -> list[str]:
    """Those packages that apt-get can install; for a browser, the smallest."""
    names = [(WINDOWLESS, BROWSER) if p == BROWSER else (p,) for p in packages]
    able = [[n for n in some if _plan(apt, [n]) is not None] for some in names]
    return [some[0] for some in able if some]


def _plan(apt: Sequence[str], packages: Sequence[str]) -> str | None:
    """The downloads that apt-get plans; ``None`` if it cannot install the packages."""
    words = ["install", "--print-uris", "--yes", "--no-install-recommends", *packages]
    done = subprocess.run([*apt, *words], check=False, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None


def announcement(packages: Sequence[str], plan: str) -> str:
    """What will be installed, and its size.

    :param plan: the output of ``apt-get --print-uris``: ``'address' name bytes hash``.
    """
    sizes = [int(size) for size in re.findall(r"(?m)^'\S+' \S+ (\d+) ", plan)]
    what = ", ".join(f"{name} (a {NAMES[name]})" for name in packages)
    count = "1 package" if len(sizes) == 1 else f"{len(sizes)} packages"
    size = f"{count} to download, {max(1, round(sum(sizes) / 1e6))} MB"
    size = size if sizes else "downloaded already"
    instead = _INSTEAD if {BROWSER, WINDOWLESS} & {*packages} else ""
    return f"Installing with apt-get: {what}; {size} ...{instead}"


def quietly(command: Sequence[str]) -> bool:
    """Run a command; show its output only if it fails.  Returns whether it passed."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        print(f"{done.stdout}This failed: {' '.join(command)}", flush=True)
    return done.returncode == 0


# -- Messages ------------------------------------------------------------------------


def cure(packages: Sequence[str], system: str, *, apt: bool) -> str:
    """What to do about what is still missing.

    :param system: as ``sys.platform``.
    :param apt: whether the system has apt-get.
    """
    lines = [f"There is {' and '.join(f'no {NAMES[name]}' for name in packages)}."]
    if apt:
        lines.append(f"Install what is missing: sudo apt-get install {_all(packages)}")
    elif system == "linux":
        lines.append(f"Install what Debian calls {_all(packages)}.")
    else:
        lines.append("Install Chrome, Chromium or Edge.")
    if BROWSER in packages:
        lines.append("Or name a browser that is there: BROWSER_PATH=/path/to/chrome")
    if FONTS in packages:
        lines.append("Without root, fonts go into ~/.local/share/fonts.")
    return "\n".join(lines)


def explain_failures() -> None:
    """Print why the browsers that were found do not start."""
    for place in (*candidates(os.environ, sys.platform), _playwright()):
        if Path(place).is_file() and (reason := why_not(place)):
            print(f"{place} does not start:\n{reason}")


def _all(packages: Sequence[str]) -> str:
    return " ".join(packages)


def main(arguments: Sequence[str]) -> int:
    """Find what is needed, or install it."""
    fonts = "--fonts" in arguments
    missing = lacking(fonts=fonts)
    if missing:
        missing = install(missing, fonts=fonts)
    found = find_browser()
    if found and (reason := why_not(found)):
        print(f"BROWSER_PATH names {found}, which does not start:\n{reason}")
        return 1
    if missing:
        if BROWSER in missing:
            explain_failures()
        print(cure(missing, sys.platform, apt=bool(shutil.which("apt-get"))))
        return 1
    print("Browser:", found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
