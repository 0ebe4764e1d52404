"""Our line icons (24 grid). They stand in static/ui/icons.svg once and are written into the page where they are used."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FILE = Path(__file__).parent / "static/ui/icons.svg"
SYMBOL = re.compile(r'<symbol id="i-([\w-]+)" viewBox="0 0 24 24">(.*?)</symbol>', re.DOTALL)


@cache
def icons() -> dict[str, str]:
    """Name → drawing."""
    return dict(SYMBOL.findall(FILE.read_text("utf-8")))


@lru_cache(maxsize=512)
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """The drawing as inline SVG. Silent beside a word; with `label` it is a picture with that name."""
    if name not in icons():
        raise LookupError(f"no icon {name!r} in {FILE.name}")
    extra = " ".join(f"q-ico-{word}" if len(word) == 1 else word for word in classes.split())
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" {}>{}</svg>',
        f"q-ico {extra}".strip(),
        spoken,
        mark_safe(icons()[name]),  # noqa: S308  our own file
    )
