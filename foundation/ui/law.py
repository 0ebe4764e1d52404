"""Law as pages name it, 《公司法》第十条: the article keeps together, and is a link where the project knows its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.utils.html import conditional_escape, format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe

NUMERAL = "[一二三四五六七八九十百千零〇0-9]+"
CITATION = re.compile(
    rf"《(?P<title>[^《》]{{2,60}})》(?P<article>第{NUMERAL}条(?:之{NUMERAL})?(?:第{NUMERAL}款)?(?:第?（?{NUMERAL}）?项)?)?"
)
LawUrl = Callable[[str, str], str | None]


@cache
def _law_url(dotted: str) -> LawUrl:
    found: LawUrl = import_string(dotted)
    return found


def law_url(title: str, article: str) -> str | None:
    """Where a law can be read: the project's UI_LAW_URL answers, nobody otherwise."""
    dotted = getattr(settings, "UI_LAW_URL", "")
    return _law_url(dotted)(title, article) if dotted else None


def law(text: object) -> SafeString:
    """Escapes `text` and marks every citation in it. Text that is safe already is left as its author wrote it."""
    whole = str(conditional_escape(text if isinstance(text, SafeString) else str(text or "")))
    if "《" not in whole or "<" in whole:
        return mark_safe(whole)  # noqa: S308  escaped above, or safe by its author's word
    return mark_safe(CITATION.sub(_marked, whole))  # noqa: S308  as above; _marked escapes what it adds


def _marked(match: re.Match[str]) -> str:
    title, article = match["title"], match["article"] or ""
    url = law_url(title, article)
    name = mark_safe(f"《{title}》")  # noqa: S308  a piece of text that is escaped already
    kept = mark_safe(f'<span class="nw">{article}</span>') if article else ""  # noqa: S308
    if url is None:
        return f"{name}{kept}"
    return format_html('<a href="{}" rel="noopener">{}{}</a>', url, name, kept)
