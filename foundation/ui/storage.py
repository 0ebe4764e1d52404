"""Static files under names that carry their content's hash, so that a browser keeps them for good."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Hashed names, also inside ES modules; brotli and gzip beside each file."""

    support_js_module_import_aggregation = True
