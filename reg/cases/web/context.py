"""What pages of citizens share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from foundation.notify.models import InboxMessage


def unread(request: HttpRequest) -> int:
    """Unread messages of whoever is logged in."""
    actor = getattr(request, "actor", None)
    if actor is None or not actor.is_person:
        return 0
    return InboxMessage.objects.filter(person_index=actor.person_index, read_at=None).count()


def tabs(current: str, *, to_sign: int = 0) -> list[dict[str, Any]]:
    """The four tabs of the phone."""
    places = (
        ("home", "home", "首页", reverse("home")),
        ("cases", "stack", "办件", reverse("cases")),
        ("signing", "pen", "签名", reverse("signing-home")),
        ("me", "me", "我的", reverse("me")),
    )
    return [
        {
            "icon": icon,
            "word": word,
            "url": url,
            "current": name == current,
            "count": to_sign if name == "signing" else 0,
        }
        for name, icon, word, url in places
    ]
