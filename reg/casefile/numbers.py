"""申请号: authority (6) + yyyymmdd + serial (6) + check (2, mod 97). Shown in groups; never a capability."""

from __future__ import annotations

from datetime import date

from django.db import connection

LENGTH = 22


def check_digits(body: str) -> str:
    """Two digits so that the whole number leaves 1 on division by 97 (as ISO 7064 MOD 97-10)."""
    return f"{98 - int(body + '00') % 97:02d}"


def is_valid(number: str) -> bool:
    """Whether length, digits and check are right: catches a mistyped number before the database is asked."""
    return len(number) == LENGTH and number.isdigit() and int(number) % 97 == 1


def grouped(number: str) -> str:
    """310115 20261124 000012 37: as people read it out."""
    return " ".join((number[:6], number[6:14], number[14:20], number[20:])) if len(number) == LENGTH else number


def next_number(authority: str, day: date) -> str:
    """The next 申请号 of an authority on a day. Serials come from one row per authority and day, so they have no rivals."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO casefile_caseserial (authority, day, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (authority, day) DO UPDATE SET last = casefile_caseserial.last + 1 RETURNING last",
            [authority, day],
        )
        row = cursor.fetchone()
    body = f"{authority}{day:%Y%m%d}{row[0]:06d}"
    return body + check_digits(body)
