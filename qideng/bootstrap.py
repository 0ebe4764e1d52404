"""Set-up from a bare machine: `python3 qideng/bootstrap.py [--test]`. Standard library only; does nothing twice.

A virtual environment with the pinned requirements (hashes checked), the front-end packages, and for tests the system
packages they need. Everything is stamped with the hash of its list, so a second call takes a moment.
"""

from __future__ import annotations

import argparse
import compileall
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUN_LISTS = ("requirements/base.txt", "requirements/ocr.txt")
TEST_LISTS = (*RUN_LISTS, "requirements/dev.txt")
SYSTEM_PACKAGES: dict[str, Callable[[], bool]] = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "fonts-hanazono": lambda: Path("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf").exists(),
    "openssl": lambda: shutil.which("openssl") is not None,
    "wrk": lambda: shutil.which("wrk") is not None,
}
OWN_PACKAGES = ("qideng", "foundation", "reg", "signing", "sandbox", "signing_client")
Command = Sequence[str | Path]


class SetupFailed(Exception):
    """Set-up cannot go on; the message says what to do. `code` is the exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def say(line: str) -> None:
    print(f"[准备] {line}", flush=True)


def run(command: Command, environment: Mapping[str, str] | None = None, quiet: bool = False) -> bool:
    """Whether the command succeeded."""
    words = [str(word) for word in command]
    sink = subprocess.DEVNULL if quiet else None
    try:
        done = subprocess.run(
            words, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=sink, stderr=sink, check=False
        )
    except FileNotFoundError:
        return False
    return done.returncode == 0


# system packages


def _as_root() -> list[str] | None:
    """How to become root without a question; None when that is not possible."""
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if run(["sudo", "-n", "true"], quiet=True) else None


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages; False when we may not or it did not work."""
    prefix = _as_root()
    if prefix is None or shutil.which("apt-get") is None:
        return False
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    say(f"安装系统软件包：{' '.join(packages)}")
    run([*prefix, "apt-get", "update", "-q"], quiet)
    return run([*prefix, "apt-get", "install", "-y", "-q", "--no-install-recommends", *packages], quiet)


def need_system_packages() -> None:
    """What the tests drive: a browser, a font with the rarest characters, a load generator. Missing ones are fatal."""
    missing = [name for name, present in SYSTEM_PACKAGES.items() if not present()]
    if missing and apt_install(missing):
        missing = [name for name, present in SYSTEM_PACKAGES.items() if not present()]
    if missing:
        line = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(missing)}"
        raise SetupFailed(f"测试需要这些系统软件包，请由管理员执行：\n\n  {line}\n", code=2)


# the virtual environment


def make_venv() -> None:
    """`.venv`, with pip inside or, where Debian left ensurepip out, driven by the system's pip."""
    if PYTHON.exists() and run([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], quiet=True):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    say("建立 Python 环境 .venv")
    if run([sys.executable, "-c", "import ensurepip"], quiet=True) and run([sys.executable, "-m", "venv", VENV]):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if apt_install([version]) and run([sys.executable, "-m", "venv", VENV]):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if run([sys.executable, "-m", "pip", "--version"], quiet=True) and run(
        [sys.executable, "-m", "venv", "--without-pip", VENV]
    ):
        return
    raise SetupFailed(f"没有 ensurepip，也没有 pip；请由管理员执行：\n\n  apt-get install -y {version}\n", code=2)


def pip() -> list[str]:
    """The pip that installs into .venv."""
    if run([PYTHON, "-m", "pip", "--version"], quiet=True):
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def _pinned(name: str, lists: Sequence[str]) -> str:
    """The hash-pinned lines of one package."""
    for listed in lists:
        found = re.search(rf"^{name}==(?:.*\\\n)*.*$", (ROOT / listed).read_text(), re.MULTILINE)
        if found:
            return found[0] + "\n"
    raise SetupFailed(f"requirements 里没有 {name}")


def uv_environment(configured: str) -> dict[str, str]:
    """What `pip config list` says, in uv's words: uv does not read pip's configuration by itself."""
    words = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
        "trusted-host": "UV_INSECURE_HOST",
        "default-timeout": "UV_HTTP_TIMEOUT",
        "timeout": "UV_HTTP_TIMEOUT",
    }
    found: dict[str, str] = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_LINK_MODE": "copy"}
    for line in configured.splitlines():
        key, _, value = line.partition("=")
        variable = words.get(key.rpartition(".")[2] or key)
        if variable:
            parts = value.strip().strip("'\"").replace("\\n", " ").split()
            found[variable] = ("," if variable == "UV_FIND_LINKS" else " ").join(parts)
    return found


def _install_with_uv(lists: Sequence[str]) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder) / "uv.txt"
        only_uv.write_text(_pinned("uv", TEST_LISTS))
        if not run([*pip(), "install", "-q", "--no-deps", "--require-hashes", "-r", only_uv]):
            return False
    configured = subprocess.run([*pip(), "config", "list"], capture_output=True, text=True, check=False).stdout
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "uv",
        "pip",
        "install",
        "--quiet",
        "--python",
        PYTHON,
        "--no-deps",
        "--require-hashes",
    ]
    command += ["--compile-bytecode", *(word for name in lists for word in ("-r", name))]
    return run(command, uv_environment(configured))


def _install_with_pip(lists: Sequence[str]) -> bool:
    return all(run([*pip(), "install", "-q", "--no-deps", "--require-hashes", "-r", name]) for name in lists)


def install_packages(lists: Sequence[str]) -> None:
    stamp = VENV / "qideng-requirements"
    wanted = [f"{name} {_hash(ROOT / name)}" for name in lists]
    if stamp.exists() and set(wanted) <= set(stamp.read_text().splitlines()):
        return
    say(f"安装 Python 依赖（{len(lists)} 份清单，逐一核对哈希）")
    if not _install_with_uv(lists):
        say("uv 没有装成，改用 pip")
        if not _install_with_pip(lists):
            raise SetupFailed("Python 依赖没有装成，原因见上文；请检查网络和 pip 的配置")
    stamp.write_text("\n".join(wanted) + "\n")


def install_ourselves() -> None:
    """This tree on the path of .venv, and the command `qideng`: an editable install that needs no build tool."""
    purelib = subprocess.run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    (Path(purelib) / "qideng.pth").write_text(f"{ROOT}\n")
    script = VENV / "bin" / "qideng"
    lines = ["#!/bin/sh", f'exec {_quoted(PYTHON)} -m qideng.cli "$@"', ""]
    script.write_text("\n".join(lines))
    script.chmod(0o755)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "'\\''") + "'"


# the front end


def install_front_end() -> None:
    lock, stamp = ROOT / "package-lock.json", ROOT / "node_modules" / ".qideng"
    if stamp.exists() and stamp.read_text() == _hash(lock):
        return
    if shutil.which("npm") is None:
        raise SetupFailed("没有 npm（Node 20）：页面的样式、脚本和字体由它取得；请安装 nodejs 和 npm", code=2)
    say("取得页面资源（npm ci）")
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    if not run(command) and not run(command):
        raise SetupFailed("npm ci 没有成功，原因见上文；请检查网络和 npm 的配置")
    stamp.write_text(_hash(lock))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="准备运行或测试企登所需的一切")
    parser.add_argument("--test", action="store_true", help="也装测试所需的")
    wanted = parser.parse_args(arguments)
    if sys.version_info < (3, 11):  # noqa: UP036 - an older system Python is what this sentence is for
        print("企登需要 Python 3.11 或更新的版本", file=sys.stderr)
        return 2
    try:
        if wanted.test:
            need_system_packages()
        make_venv()
        install_packages(TEST_LISTS if wanted.test else RUN_LISTS)
        install_ourselves()
        install_front_end()
    except SetupFailed as problem:
        print(f"准备没有完成：{problem}", file=sys.stderr)
        return problem.code
    for package in OWN_PACKAGES:
        compileall.compile_dir(ROOT / package, quiet=2, workers=1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
