"""国密算法: one port, two libraries. `crypto()` gives the one that this process uses."""

from __future__ import annotations

from functools import cache

from foundation.crypto.port import DEFAULT_ID, CryptoError, CryptoPort, Sm2Key

__all__ = ["DEFAULT_ID", "CryptoError", "CryptoPort", "Sm2Key", "crypto"]


@cache
def crypto() -> CryptoPort:
    """The crypto library of this process."""
    from foundation.crypto.tongsuo import Tongsuo

    return Tongsuo()
