"""The programs that pages give to download.

Sphinx copies its downloads in every build, one after the other, whether or not they
have changed; and it reads them when all pages are written, so that an edit meanwhile
would give readers another program than the page shows.
"""

import contextlib
import os
from pathlib import Path

from sphinx.util import logging

from example_output.files import read_file, write_atomically
from example_output.metadata import ExampleError
from example_output.pages.domain import ExampleDomain
from example_output.pages.report import WARNING_TYPE

logger = logging.getLogger(__name__)

_FOLDER = "examples"


def download_of(name: str) -> str:
    """The path of a program in the folder of downloads.

    :param name: its name below the examples folder.
    """
    return f"{_FOLDER}/{name}"


def write_downloads(domain: ExampleDomain, folder: Path) -> None:
    """Write each program that a page shows, unless it is there already.

    :param folder: that of downloads.
    """
    names = {name for page in domain.pages.values() for name in page.places}
    _remove_others(folder, set(map(download_of, names)))
    for name in sorted(names):
        with contextlib.suppress(ExampleError):  # reported elsewhere
            content = domain.gate.folder.find(name).source
            try:
                _write(os.path.join(folder, download_of(name)), content)
            except OSError as error:
                logger.warning(
                    "%s cannot be written for download: %s",
                    name,
                    error,
                    type=WARNING_TYPE,
                    subtype="download",
                )


def _remove_others(folder: Path, wanted: set[str]) -> None:
    """Remove what no page shows any more, which may be in the way of something new."""
    top = os.path.join(folder, _FOLDER)
    for parent, folders, files in os.walk(top, topdown=False):
        below = Path(os.path.relpath(parent, folder)).as_posix()
        with contextlib.suppress(OSError):
            for file in files:
                if f"{below}/{file}" not in wanted:
                    os.unlink(os.path.join(parent, file))
            for name in folders:
                with contextlib.suppress(OSError):  # there is more in it
                    os.rmdir(os.path.join(parent, name))


def _write(path: str, content: bytes) -> None:
    with contextlib.suppress(FileNotFoundError):
        if read_file(path) == content:
            return
    write_atomically(Path(path), content)
