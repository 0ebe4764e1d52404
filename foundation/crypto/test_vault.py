"""重要数据加密与索引: what is stored opens only whole, with a key of the ring, and keys can rotate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings

from foundation.config import ConfigError
from foundation.crypto import CryptoError
from foundation.crypto.fields import EncryptedJSONField, EncryptedTextField
from foundation.crypto.index import blind_index, person_index
from foundation.crypto.keyring import keyring
from foundation.crypto.vault import decrypt, encrypt, key_id, needs_rotation

OLD, NEW = "a1:" + "11" * 16, "b2:" + "22" * 16
PROJECT = settings.QIDENG_PROJECT


@pytest.fixture(autouse=True)
def fresh_rings() -> Iterator[None]:
    """Rings are read once a process: forget what these tests put there."""
    keyring.cache_clear()
    yield
    keyring.cache_clear()


def use_keys(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(f"{PROJECT.upper()}_DATA_KEYS", text)
    keyring.cache_clear()


def test_what_was_encrypted_opens_again_and_never_looks_the_same_twice() -> None:
    for plain in (b"", b"x", "李𬎆赟 310101199001010011".encode(), bytes(100_000)):
        first, second = encrypt(plain), encrypt(plain)
        assert decrypt(first) == decrypt(second) == plain
        assert first != second
        assert len(plain) < 8 or plain not in first


def test_a_changed_blob_does_not_open() -> None:
    blob = encrypt("重要数据".encode())
    for at in range(len(blob)):
        changed = blob[:at] + bytes([blob[at] ^ 0x81]) + blob[at + 1 :]
        with pytest.raises(CryptoError):
            decrypt(changed)
    for size in range(len(blob)):
        with pytest.raises(CryptoError):
            decrypt(blob[:size])


def test_a_blob_opens_only_for_the_purpose_it_was_made_for() -> None:
    blob = encrypt(b"key", purpose=b"ceremony")
    assert decrypt(blob, purpose=b"ceremony") == b"key"
    with pytest.raises(CryptoError):
        decrypt(blob, purpose=b"file")


def test_old_keys_open_and_the_first_key_encrypts(monkeypatch: pytest.MonkeyPatch) -> None:
    use_keys(monkeypatch, OLD)
    before = encrypt(b"value")
    assert (key_id(before), needs_rotation(before)) == ("a1", False)
    use_keys(monkeypatch, f"{NEW},{OLD}")
    assert decrypt(before) == b"value"
    assert needs_rotation(before)
    after = encrypt(decrypt(before))
    assert (key_id(after), needs_rotation(after)) == ("b2", False)
    use_keys(monkeypatch, NEW)
    assert decrypt(after) == b"value"
    with pytest.raises(CryptoError, match="没有编号为 a1 的数据密钥"):
        decrypt(before)


def test_the_same_id_with_another_key_does_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    use_keys(monkeypatch, OLD)
    blob = encrypt(b"value")
    use_keys(monkeypatch, "a1:" + "33" * 16)
    with pytest.raises(CryptoError):
        decrypt(blob)


@pytest.mark.parametrize("text", ["", "k1", "k-1:" + "11" * 16, "k1:1111", "k12345678:" + "11" * 16])
def test_a_ring_that_cannot_be_read_stops_the_start(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    use_keys(monkeypatch, text or ",")
    with pytest.raises(ConfigError):
        keyring(PROJECT)


def test_people_are_found_by_document_however_it_was_typed() -> None:
    index = person_index("10", "31010119900101001X")
    assert index == person_index("10", "31010119900101001x") == person_index("10", " ３１０１０１ 19900101001Ｘ ")
    assert index != person_index("20", "31010119900101001X")
    assert len(index) == 64
    assert blind_index("person", "a") != blind_index("party", "a")


def test_indexes_of_two_projects_have_nothing_in_common() -> None:
    assert keyring("reg").index_key != keyring("signing").index_key


def test_fields_hold_cipher_text_and_refuse_to_be_searched() -> None:
    value = {"name": "李𬎆赟", "born": date(1990, 1, 1), "ratio": Decimal("33.33")}
    field = EncryptedJSONField()
    stored = field.get_prep_value(value)
    assert stored is not None
    assert "李".encode() not in stored
    assert field.from_db_value(stored, None, None) == {"name": "李𬎆赟", "born": "1990-01-01", "ratio": "33.33"}  # type: ignore[arg-type]  # neither is looked at
    text = EncryptedTextField()
    kept = text.get_prep_value("")
    assert kept
    assert text.from_db_value(memoryview(kept), None, None) == ""  # type: ignore[arg-type]  # neither is looked at
    assert text.get_prep_value(None) is None
    assert text.get_lookup("isnull") is not None
    with pytest.raises(TypeError, match="blind index"):
        text.get_lookup("exact")
