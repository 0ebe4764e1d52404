"""Masking (脱敏): the start page shows what a system received, never a whole identity number, mobile or name."""

from __future__ import annotations

from typing import Any

from foundation.ui.masks import mask_id, mask_mobile, mask_name

ID_KEYS = {"id_number", "id_no", "holder_id_number"}
MOBILE_KEYS = {"mobile", "to"}
NAME_KEYS = {"name", "subject_name", "holder_name", "owner", "applicant_name", "host"}
SECRET_KEYS = {"code", "access_token", "state"}
PRIVATE_TEXT_KEYS = {"text", "address", "residence", "email", "birth_date"}
LONG = 80
LONGEST_PERSON = 6


def mask_party(name: str) -> str:
    """A person's name; names of enterprises are public and longer, they stay."""
    return name if len(name) > LONGEST_PERSON else mask_name(name)


def masked(value: Any, key: str = "") -> Any:
    """A copy of a JSON value that may be shown and kept."""
    if isinstance(value, dict):
        return {str(name): masked(item, str(name)) for name, item in value.items()}
    if isinstance(value, list):
        return [masked(item, key) for item in value]
    return _text(value, key) if isinstance(value, str) else value


def _text(value: str, key: str) -> str:
    if key in ID_KEYS:
        return mask_id(value)
    if key in MOBILE_KEYS:
        return mask_mobile(value)
    if key in NAME_KEYS:
        return mask_party(value)
    if key in SECRET_KEYS:
        return "***"
    if key in PRIVATE_TEXT_KEYS:
        return f"（{len(value)} 字）"
    if key.endswith("_url"):
        return value.split("?")[0]
    return value if len(value) <= LONG else f"{value[:24]}…（共 {len(value)} 字）"
