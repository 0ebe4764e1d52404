"""Servers a bench compares with, beside the house's own."""

from __future__ import annotations

from qideng.postgres import Binaries, Server, _installed


class Debian(Server):
    """The server of Debian's package: it brings pg_trgm and postgres_fdw."""

    def _binaries(self) -> Binaries:
        found = next(_installed(), None)
        if found is None:
            raise SystemExit("这一部分需要系统软件包：apt-get install -y postgresql")
        return found


def debian_is_here() -> bool:
    """Whether that package is installed."""
    return next(_installed(), None) is not None
