"""Masks of personal data (默认脱敏): identity number first 3 and last 4, mobile 199****0004."""

from __future__ import annotations


def mask_id(number: str) -> str:
    """310***********9190; short numbers keep their first and last character."""
    if len(number) >= 12:
        return number[:3] + "*" * (len(number) - 7) + number[-4:]
    return number[:1] + "*" * max(len(number) - 2, 1) + number[-1:] if len(number) > 2 else "*" * len(number)


def mask_mobile(number: str) -> str:
    """199****0004."""
    return number[:3] + "****" + number[-4:] if len(number) >= 8 else "*" * len(number)


def mask_email(address: str) -> str:
    """p***@example.com."""
    name, at, host = address.partition("@")
    return f"{name[:1]}***{at}{host}" if at else "*" * len(address)


def mask_residence(text: str) -> str:
    """The first six characters, then stars."""
    return text[:6] + "*" * max(min(len(text) - 6, 8), 3) if text else ""


KINDS = {"id": mask_id, "mobile": mask_mobile, "email": mask_email, "residence": mask_residence}


def mask(kind: str, text: str) -> str:
    """`text` masked as `kind` says; unchanged for no kind."""
    return KINDS[kind](text) if kind and text else text
