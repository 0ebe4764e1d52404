"""The ports of the registration system: every question it asks outside, in one list."""

from __future__ import annotations

from collections.abc import Mapping

from foundation.outside.lookups import Port

PORTS: Mapping[str, Port] = {}
