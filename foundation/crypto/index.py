"""Blind indexes: find a person by document without opening anything (HMAC-SM3, 密评)."""

from __future__ import annotations

import unicodedata

from django.conf import settings

from foundation.crypto import crypto
from foundation.crypto.keyring import keyring


def blind_index(kind: str, value: str) -> str:
    """Keyed HMAC-SM3 of `value` under the name `kind`, 64 hex characters. Equal values give equal indexes, in this project only."""
    key = keyring(settings.QIDENG_PROJECT).index_key
    return crypto().hmac_sm3(key, f"{kind}\x00{value}".encode()).hex()


def normal_id_number(number: str) -> str:
    """An identity number as it is compared: half-width, upper case, no blanks or hyphens."""
    return "".join(unicodedata.normalize("NFKC", number).upper().split()).replace("-", "")


def person_index(id_type: str, id_number: str) -> str:
    """Index of a natural person by type and number of the identity document."""
    return blind_index("person", f"{id_type}:{normal_id_number(id_number)}")
