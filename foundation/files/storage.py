"""Where bytes of files lie on disk."""

from __future__ import annotations

import os
from typing import Any

from django.core.files.storage import FileSystemStorage


class DurableStorage(FileSystemStorage):
    """A file is on the disk before the row that names it is committed: a power cut loses neither or both."""

    def _save(self, name: str, content: Any) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]  # Django's own hook, unknown to the stubs
        handle = os.open(self.path(saved), os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        return saved
