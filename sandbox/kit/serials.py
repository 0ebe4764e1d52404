"""Serial numbers (流水号): they run on from a row per kind and day, and end with two check digits (mod 97)."""

from __future__ import annotations

from foundation import clock
from sandbox.world.models import Serial


def serial_next(kind: str, prefix: str) -> str:
    """The next number of `kind`: prefix, legal day in Shanghai, six digits that run on, two check digits."""
    day = f"{clock.today():%Y%m%d}"
    digits = f"{day}{Serial.next(f'{kind}:{day}'):06d}"
    return f"{prefix}{digits}{98 - int(digits) * 100 % 97:02d}"


def serial_holds(serial: str, prefix: str) -> bool:
    """Whether the check digits of a number of `serial_next` are right."""
    digits = serial.removeprefix(prefix)
    return serial.startswith(prefix) and len(digits) == 16 and digits.isdecimal() and int(digits) % 97 == 1
