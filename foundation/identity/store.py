"""Django's session store in the database, its one question compiled once: every page asks it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from foundation.prepared import Prepared

_SESSION = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now),
    key="?key",
    now=datetime(2000, 1, 1, tzinfo=UTC),
)


class SessionStore(db.SessionStore):
    """The same rows and the same rules."""

    def _get_session_from_db(self) -> Session | None:
        found = _SESSION.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
