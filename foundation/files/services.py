"""Storing, reading and sweeping files."""

from __future__ import annotations

import hashlib
import struct
import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from foundation import clock
from foundation.crypto import crypto
from foundation.crypto.keyring import keyring
from foundation.crypto.port import CryptoError
from foundation.crypto.vault import decrypt, encrypt
from foundation.files.models import StoredFile

MAX_BYTES = 20 * 1024 * 1024
CHUNK = 1024 * 1024
UNREFERENCED = timedelta(hours=24)


class FileTooLarge(Exception):
    """More bytes than a file may have; raised while streaming, before the rest is read."""

    message = "这个文件超过 20 MB。请压缩后再传，或者分成几个文件。"


def file_store(content: bytes | Iterable[bytes], *, kind: str, limit: int = MAX_BYTES) -> StoredFile:
    """Encrypt and keep `content`; FileTooLarge beyond `limit` bytes."""
    plain = content if isinstance(content, bytes) else _collect(content, limit)
    if len(plain) > limit:
        raise FileTooLarge
    stored = file_write(plain, kind=kind)
    stored.save(force_insert=True)
    return stored


def file_write(plain: bytes, *, kind: str) -> StoredFile:
    """Encrypt and write the bytes alone; the row is for the caller to insert, with many others at once."""
    stored = StoredFile(
        id=uuid.uuid4(),
        kind=kind,
        size=len(plain),
        sha256=hashlib.sha256(plain).hexdigest(),
        sm3=crypto().sm3(plain).hex(),
        key_id=keyring(settings.QIDENG_PROJECT).current,
        stored_at=clock.wall(),
    )
    storages["default"].save(stored.path, ContentFile(_lock(plain, stored.id)))
    return stored


def files_refer(written: Sequence[StoredFile]) -> None:
    """Insert the rows of files just written, all of them in use."""
    for stored in written:
        stored.state = StoredFile.State.REFERENCED
    StoredFile.objects.bulk_create(written)


def file_read(stored: StoredFile) -> bytes:
    """The bytes of a file; CryptoError when they were changed on disk."""
    with storages["default"].open(stored.path) as handle:
        return _unlock(handle.read(), stored.id)


def file_refer(stored: StoredFile) -> None:
    """Keep the file: something in the database needs it now."""
    StoredFile.objects.filter(pk=stored.pk).update(state=StoredFile.State.REFERENCED)
    stored.state = StoredFile.State.REFERENCED


def file_release(files: Iterable[StoredFile]) -> None:
    """Nothing needs these bytes any more: the sweep may take them."""
    StoredFile.objects.filter(pk__in=[file.pk for file in files]).update(state=StoredFile.State.ADMITTED)


def file_sweep() -> int:
    """Remove files that nobody refers to and that are older than 24 hours; returns how many."""
    old = StoredFile.objects.filter(stored_at__lt=clock.wall() - UNREFERENCED).exclude(
        state=StoredFile.State.REFERENCED
    )
    count = 0
    for stored in old[:500]:
        storages["default"].delete(stored.path)
        stored.delete()
        count += 1
    return count


def _collect(chunks: Iterable[bytes], limit: int) -> bytes:
    out = bytearray()
    for chunk in chunks:
        out += chunk
        if len(out) > limit:
            raise FileTooLarge
    return bytes(out)


def _lock(plain: bytes, file_id: uuid.UUID) -> bytes:
    parts = [plain[at : at + CHUNK] for at in range(0, len(plain), CHUNK)] or [b""]
    blobs = (encrypt(part, purpose=_purpose(file_id, n, len(parts))) for n, part in enumerate(parts))
    return b"".join(struct.pack(">I", len(blob)) + blob for blob in blobs)


def _unlock(data: bytes, file_id: uuid.UUID) -> bytes:
    blobs: list[bytes] = []
    at = 0
    while at < len(data) or not blobs:
        try:
            (size,) = struct.unpack_from(">I", data, at)
        except struct.error as error:
            raise CryptoError("文件被截短") from error
        blobs.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return b"".join(decrypt(blob, purpose=_purpose(file_id, n, len(blobs))) for n, blob in enumerate(blobs))


def _purpose(file_id: uuid.UUID, number: int, total: int) -> bytes:
    return b"file" + file_id.bytes + struct.pack(">II", number, total)
