"""The files of npm packages that pages load, and no others: a package's whole folder would be collected otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, overload

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from foundation.config import ROOT

FOLDERS = {
    "weui": ROOT / "node_modules/weui/dist/style",
    "htmx": ROOT / "node_modules/htmx.org/dist",
    "signature_pad": ROOT / "node_modules/signature_pad/dist",
}
FILES = (
    "weui/widget/weui-button/weui-button.min.css",
    "htmx/htmx.min.js",
    "signature_pad/signature_pad.min.js",
    "signature_pad/signature_pad.min.js.map",
)


class PackageFinder(BaseFinder):
    """Serves FILES from node_modules under the package's short name."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    @overload
    def find(self, path: str, find_all: Literal[False] = ...) -> str | None: ...
    @overload
    def find(self, path: str, find_all: Literal[True]) -> list[str]: ...
    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> str | list[str] | None:
        found = _source(path)
        if find_all:
            return [str(found)] if found else []
        return str(found) if found else None

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for path in FILES:
            folder = path.partition("/")[0]
            storage = FileSystemStorage(location=FOLDERS[folder])
            storage.prefix = folder  # type: ignore[attr-defined]  # collectstatic reads it: the name under which files land
            yield path.partition("/")[2], storage


def _source(path: str) -> Path | None:
    if path not in FILES:
        return None
    folder, _, inner = path.partition("/")
    return FOLDERS[folder] / inner
