"""Keys of one project: which SM4 keys open its data, which key makes its blind indexes.

`<PROJECT>_DATA_KEYS` holds `id:hex,id:hex`; the first is the one that encrypts, the others only open.
`<PROJECT>_INDEX_KEY` never rotates without a re-index, because equal people must keep equal indexes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

from foundation.config import ConfigError, Project, config

SM4_KEY_BYTES = 16


@dataclass(frozen=True)
class Keyring:
    """The data keys of a project by their id (1–8 ASCII letters or digits) and the index key."""

    current: str
    data_keys: dict[str, bytes]
    index_key: bytes


def _parse(text: str) -> tuple[str, dict[str, bytes]]:
    keys: dict[str, bytes] = {}
    for pair in text.split(","):
        key_id, colon, value = pair.strip().partition(":")
        if not colon or not key_id.isalnum() or not key_id.isascii() or len(key_id) > 8:
            raise ConfigError("DATA_KEYS 的写法是 编号:十六进制,编号:十六进制")
        raw = bytes.fromhex(value)
        if len(raw) < SM4_KEY_BYTES:
            raise ConfigError(f"数据密钥 {key_id} 太短，至少 16 字节")
        keys[key_id] = raw[:SM4_KEY_BYTES]
    return next(iter(keys)), keys


@cache
def keyring(project: Project) -> Keyring:
    """The keys of `project`, read once a process."""
    text = os.environ.get(f"{project.upper()}_DATA_KEYS") or "k1:" + config().secret(project, "data_key")
    current, keys = _parse(text)
    return Keyring(current=current, data_keys=keys, index_key=bytes.fromhex(config().secret(project, "index_key")))
