"""Which script serves which custom element. q.js loads a script when its element is on the page, and only then."""

from __future__ import annotations

import json
from functools import cache

from django.templatetags.static import static

ISLANDS = (
    "address",
    "autosave",
    "camera",
    "copy",
    "countdown",
    "once",
    "pages",
    "progress",
    "signpad",
    "upload",
)
HTMX = "htmx/htmx.min.js"
HTMX_CONFIG = {
    "allowEval": False,
    "allowScriptTags": False,
    "disableInheritance": True,
    "historyCacheSize": 0,
    "historyEnabled": False,
    "includeIndicatorStyles": False,
    "selfRequestsOnly": True,
    "scrollBehavior": "auto",
    "timeout": 20000,
    # a form that comes back with mistakes (422) and a stale save (409) are pages to show, not failures
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "(409|422)", "swap": True},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}


@cache
def island_map() -> str:
    """JSON for q.js: element → address of its script; `htmx` for pages with hx- attributes."""
    paths = {f"q-{name}": static(f"ui/islands/{name}.js") for name in ISLANDS}
    return json.dumps({**paths, "htmx": static(HTMX)}, separators=(",", ":"))


@cache
def htmx_config() -> str:
    return json.dumps(HTMX_CONFIG, separators=(",", ":"))
