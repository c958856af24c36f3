"""What the build of the package adds to its metadata: where to find the project."""

import os

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Addresses(MetadataHookInterface):
    """Add the addresses of the project, if the environment says what they are."""

    def update(self, metadata: dict[str, object]) -> None:
        """Add the addresses to the metadata."""
        names = {
            "Documentation": "SITE_URL",
            "Source": "REPOSITORY_URL",
        }
        found = {name: os.environ.get(key, "") for name, key in names.items()}
        if source := found["Source"]:
            found["Changelog"] = f"{source}/blob/HEAD/CHANGELOG.md"
            found["Issues"] = f"{source}/issues"
            found["Homepage"] = found["Documentation"] or source
        author = {"name": "the asyncio Task tutorial authors"}
        if email := os.environ.get("PROJECT_EMAIL"):
            author["email"] = email
        metadata["authors"] = [author]
        metadata["urls"] = {name: url for name, url in found.items() if url}
