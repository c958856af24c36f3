"""Make a virtual environment that holds exactly what the lock file names.

Usage: ``python .ci/environment.py FOLDER`` (the Makefile calls it before each target)

Quick when there is nothing to do.  An environment that was interrupted while it was
made, was made in another place or by another Python, or for another lock file, is made
again.  Only the standard library is used, and no syntax that an old Python 3 refuses:
it is to say that it is too old.
"""

import hashlib
import os
import subprocess
import sys

OLDEST = (3, 11)
LOCK = "requirements.lock"
# What says, once all is installed, what it was made from.
STAMP = "complete.txt"
# Settings of pip that would install somewhere else than in the environment.
ELSEWHERE = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")


def main(folder):
    """Make the environment, unless it is complete."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        wanted = ".".join(map(str, OLDEST))
        sys.exit(
            "This is Python %s (%s), and the project needs %s or later.\n"
            "Name another: make PYTHON=python%s html"
            % (found, sys.executable, wanted, wanted)
        )
    wanted = origin(folder)
    stamp = os.path.join(folder, STAMP)
    if read(stamp) == wanted:
        return
    print("Installing the locked packages in %s ..." % folder, flush=True)
    remove(stamp)
    run([sys.executable, "-m", "venv", "--clear", folder])
    install_uv(folder)
    # The lock file is complete.
    install(folder, ["--no-deps", "--require-hashes", "-r", LOCK])
    # Its build tools come from the lock file, so that nothing else is fetched.
    install(folder, ["--no-deps", "--no-build-isolation", "--editable", "."])
    with open(stamp, "w", encoding="utf-8") as file:
        file.write(wanted)


def origin(folder):
    """All that an environment depends on, as text."""
    parts = [os.path.realpath(folder), sys.version, sys.executable]
    for name in (LOCK, "pyproject.toml", os.path.relpath(__file__)):
        with open(name, "rb") as file:
            parts.append(hashlib.sha256(file.read()).hexdigest())
    return "\n".join(parts)


def install_uv(folder):
    """Install uv, if the lock file names it: it installs in a quarter of the time."""
    lines = of_uv(read(LOCK))
    if lines:
        path = os.path.join(folder, "uv.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(lines)
        run([*pip(folder), "--no-deps", "--require-hashes", "-r", path])


def of_uv(lock):
    """The lines of a lock file that are about uv."""
    lines = lock.splitlines(True)
    starts = [n for n, line in enumerate(lines) if line.startswith("uv==")]
    if not starts:
        return ""
    end = starts[0]
    while lines[end].rstrip().endswith("\\"):
        end += 1
    return "".join(lines[starts[0] : end + 1])


def install(folder, words):
    """Install with uv; where it cannot, with pip, whose proxy and index hold."""
    python = interpreter(folder)
    uv = [python, "-I", "-m", "uv", "pip", "install", "--quiet", "--python", python]
    if subprocess.call(
        uv + words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ):
        run(pip(folder) + words)


def pip(folder):
    """The command with which the environment's own pip installs."""
    options = ["install", "--quiet", "--disable-pip-version-check"]
    return [interpreter(folder), "-I", "-m", "pip", *options]


def interpreter(folder):
    """The environment's Python."""
    place = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return os.path.join(folder, *place)


def run(words):
    """Run a command, and end with a clear word if it fails."""
    kept = {k: v for k, v in os.environ.items() if k not in ELSEWHERE}
    if subprocess.call(words, env=kept) != 0:
        sys.exit(
            "Failed: %s\nNothing else was changed; fix the cause and call make again."
            % " ".join(words)
        )


def read(path):
    """A file's text, or none."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def remove(path):
    """Remove a file that may not be there."""
    try:
        os.remove(path)
    except OSError:
        pass


if __name__ == "__main__":
    main(sys.argv[1])
