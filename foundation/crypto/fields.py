"""Model fields whose content is encrypted in the database; the plain value exists only in Python."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from foundation.crypto.vault import decrypt, encrypt

if TYPE_CHECKING:
    from django.db.models.expressions import Expression

    Base = models.BinaryField[Any, Any]
else:
    Base = models.BinaryField


class _EncryptedField(Base):
    """Shared part: bytes in, bytes out; lookups are refused, since equal values have unequal blobs."""

    def get_prep_value(self, value: Any) -> bytes | None:
        return None if value is None else encrypt(self._to_bytes(value))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return value if prepared else self.get_prep_value(value)

    def from_db_value(self, value: Any, expression: Expression, connection: BaseDatabaseWrapper) -> Any:
        return None if value is None else self._from_bytes(decrypt(bytes(value)))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted; look it up by a blind index")
        return super().get_lookup(lookup_name)

    def to_python(self, value: Any) -> Any:
        return value

    def _check_str_default_value(self) -> list[Any]:
        return []

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("encrypted fields are not serialised")

    def _to_bytes(self, value: Any) -> bytes:
        raise NotImplementedError

    def _from_bytes(self, value: bytes) -> Any:
        raise NotImplementedError


class EncryptedJSONField(_EncryptedField):
    """JSON-shaped Python values (dates as ISO text, Decimal as text)."""

    def _to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder).encode()

    def _from_bytes(self, value: bytes) -> Any:
        return json.loads(value)


class EncryptedTextField(_EncryptedField):
    """Text."""

    def _to_bytes(self, value: Any) -> bytes:
        return str(value).encode()

    def _from_bytes(self, value: bytes) -> Any:
        return value.decode()
