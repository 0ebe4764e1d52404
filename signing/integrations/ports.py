"""Questions that 电子签名 asks through lookups: none. Its calls belong to a ceremony or a log-in and are kept there."""

from __future__ import annotations

from collections.abc import Mapping

from foundation.outside.lookups import Port

PORTS: Mapping[str, Port] = {}
