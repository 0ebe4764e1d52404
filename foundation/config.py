"""Settings come from the environment only; nothing secret stands in the tree.

`Config.read()` is the one place that names environment variables. In demo mode what is missing is made once
under DATA_DIR/secrets; in production a missing value stops the start with its name.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

Project = Literal["reg", "signing", "sandbox"]
Service = Literal["reg", "signing", "sandbox", "chain_office"]
"""Who signs calls with a key of its own: the projects, and the second business system, which the sandbox plays."""
Face = Literal["public", "desk", "all"]
ROOT = Path(__file__).resolve().parent.parent
PORT_OFFSET: dict[Project, int] = {"reg": 0, "signing": 1, "sandbox": 2}


class ConfigError(RuntimeError):
    """A value the start needs is missing or wrong; the message names it."""


def env(name: str, default: str | None = None) -> str:
    """The environment variable `name`; ConfigError when it is absent and has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise ConfigError(f"环境变量 {name} 没有设置")
    return value


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


@dataclass(frozen=True)
class Config:
    """What one process needs to know about where it stands."""

    mode: Literal["demo", "production"]
    """demo makes missing keys itself; production refuses to start without them."""
    sandbox: bool
    """Whether the stand-in of the outside world is part of this installation (SANDBOX=1): shows the clock page's effects."""
    data_dir: Path
    """Everything this installation writes to disk, except what DATABASE_URL names."""
    port_base: int
    """reg listens here, signing on +1, sandbox on +2."""
    public_host: str
    """Host name under which browsers reach the three applications."""
    face: Face
    """Which URL sets, log-ins and workers of reg this process serves (R-网络分区)."""

    @classmethod
    def read(cls) -> Config:
        mode = env("QIDENG_MODE", "demo")
        face = env("REG_FACE", "all")
        if mode not in {"demo", "production"}:
            raise ConfigError(f"QIDENG_MODE 只能是 demo 或 production，现在是 {mode!r}")
        if face not in {"public", "desk", "all"}:
            raise ConfigError(f"REG_FACE 只能是 public、desk 或 all，现在是 {face!r}")
        try:
            port_base = int(env("PORT_BASE", "8000"))
        except ValueError:
            raise ConfigError("PORT_BASE 要写成数字，例如 8000") from None
        return cls(
            mode="demo" if mode == "demo" else "production",
            sandbox=_flag("SANDBOX", mode == "demo"),
            data_dir=Path(env("DATA_DIR", str(ROOT / ".data"))).resolve(),
            port_base=port_base,
            public_host=env("PUBLIC_HOST", "127.0.0.1"),
            face="public" if face == "public" else "desk" if face == "desk" else "all",
        )

    def port(self, project: Project) -> int:
        return self.port_base + PORT_OFFSET[project]

    def base_url(self, project: Project) -> str:
        """Address of a project as browsers and the other projects reach it, without a trailing slash."""
        return env(f"{project.upper()}_BASE_URL", f"http://{self.public_host}:{self.port(project)}").rstrip("/")

    def outside_url(self, system: str) -> str:
        """Base URL of an outside system; the stand-in's path prefix where none is set. Going live changes only this."""
        return env(f"OUTSIDE_{system.upper()}_URL", f"{self.base_url('sandbox')}/{system.replace('_', '-')}").rstrip(
            "/"
        )

    def operator_mobiles(self) -> tuple[str, ...]:
        """Who is texted when signing fails as a whole (OPERATOR_MOBILES, with commas); the page tells it in any case."""
        return tuple(number for number in env("OPERATOR_MOBILES", "").replace(" ", "").split(",") if number)

    def trusted_proxies(self) -> list[str]:
        """Whose word counts for where a request comes from (TRUSTED_PROXIES, addresses or networks, with commas)."""
        told = [each for each in env("TRUSTED_PROXIES", "127.0.0.1,::1").replace(" ", "").split(",") if each]
        for each in told:
            try:
                ip_network(each)
            except ValueError:
                raise ConfigError(f"TRUSTED_PROXIES 要写 IP 地址或网段（用逗号隔开），{each!r} 不是") from None
        return told

    def outside_is_named(self, system: str) -> bool:
        """Whether somebody said where an outside system is; an installation with the stand-in needs no word."""
        return self.sandbox or bool(os.environ.get(f"OUTSIDE_{system.upper()}_URL"))

    def database(self, project: Project) -> dict[str, object]:
        """Django's DATABASES entry. `<PROJECT>_DATABASE_URL`, else `DATABASE_URL` with the project's name as database,
        else the embedded server under DATA_DIR/pg, reached by its Unix socket."""
        url = os.environ.get(f"{project.upper()}_DATABASE_URL") or os.environ.get("DATABASE_URL")
        parts: dict[str, object] = {"ENGINE": "django.db.backends.postgresql", "NAME": project}
        if url:
            got = urlsplit(url)
            parts |= {"USER": unquote(got.username or ""), "PASSWORD": unquote(got.password or "")}
            parts |= {"HOST": unquote(got.hostname or ""), "PORT": str(got.port or "")}
            for pair in filter(None, got.query.split("&")):
                key, _, value = pair.partition("=")
                if key == "host":
                    parts["HOST"] = unquote(value)
            if got.path.strip("/") and os.environ.get(f"{project.upper()}_DATABASE_URL"):
                parts["NAME"] = got.path.strip("/")
        else:
            raise ConfigError("没有 DATABASE_URL；请用 qideng 命令启动，它会先打开内置数据库")
        return parts

    def secret(self, project: Service, name: str) -> str:
        """A secret of one project or service: environment `<PROJECT>_<NAME>`, else (demo only) made once in DATA_DIR/secrets."""
        variable = f"{project.upper()}_{name.upper()}"
        if variable in os.environ:
            return os.environ[variable]
        if self.mode == "production":
            raise ConfigError(f"生产环境必须设置 {variable}")
        return _demo_secret(self.data_dir, project, name)


def _demo_secret(data_dir: Path, project: str, name: str) -> str:
    import fcntl

    folder = data_dir / "secrets"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    path = folder / f"{project}.json"
    with open(folder / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        values: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if name not in values:
            values[name] = secrets.token_hex(32)
            fresh = path.with_suffix(".new")
            fresh.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
            fresh.write_text(json.dumps(values, indent=1))
            fresh.replace(path)
        return values[name]


@cache
def config() -> Config:
    """This process's configuration, read once."""
    return Config.read()
