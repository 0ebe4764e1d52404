"""Static files under names that carry their content's hash, so that a browser keeps them for good."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.base import ContentFile, File
from whitenoise.storage import CompressedManifestStaticFilesStorage

OURS = "ui/"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
LINE_COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
INDENT = re.compile(r"^\s+", re.MULTILINE)


def squeeze_css(text: str) -> str:
    """Without comments and the blanks that stand for the reader only."""
    text = re.sub(r"\s+", " ", COMMENT.sub("", text))
    return re.sub(r":\s+", ":", re.sub(r"\s*([{};,])\s*", r"\1", text)).strip()


def squeeze_js(text: str) -> str:
    """Without lines that are comments, and without indentation. Our scripts hold no text over several lines."""
    return INDENT.sub("", LINE_COMMENT.sub("", text))


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Hashed names, also inside ES modules; our own files squeezed; brotli and gzip beside each file."""

    support_js_module_import_aggregation = True

    def _save(self, name: str, content: File[Any]) -> str:
        squeeze = {"css": squeeze_css, "js": squeeze_js}.get(name.rpartition(".")[2])
        if squeeze and name.startswith(OURS):
            content.seek(0)  # the hashing that comes before has read it
            content = ContentFile(squeeze(content.read().decode("utf-8")).encode("utf-8"))
        return str(super()._save(name, content))
