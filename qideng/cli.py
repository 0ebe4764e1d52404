"""The command `qideng`: start and stop the whole installation, and reach the Django commands of each project."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Literal, get_args

from foundation.config import ConfigError, Project, config
from qideng.postgres import DATABASES, PostgresError, Server

USAGE = """企登 Qideng

  qideng up                      启动全部：数据库、三个应用、后台任务（Ctrl-C 停止）
  qideng up signing              只启动电子签名（连同模拟外部系统），不需要企业登记
  qideng stop                    停止正在运行的企登
  qideng demo-otp                演示审查人员的一次性口令
  qideng psql-url [reg|signing|sandbox]
                                 数据库地址，例如：psql "$(qideng psql-url reg)"
  qideng verify-audit            核对审计链（make verify-audit）；企登停着也可以
  qideng web reg|signing|sandbox
                                 只启动一个应用的页面（生产部署用）
  qideng reg|signing|sandbox …   该应用的 Django 命令，例如：qideng reg migrate

检查（开发）
  qideng check                   全部检查和测试（make test）
  qideng trace                   每条需求由哪些测试说明（make trace）
  qideng sbom                    软件物料清单 CycloneDX（make sbom）
"""


def _up(arguments: Sequence[str]) -> int:
    from qideng.up import PROJECTS, up

    match list(arguments):
        case []:
            return up()
        case ["signing"]:
            return up([project for project in PROJECTS if project != "reg"])
    print("用法：qideng up，或 qideng up signing", file=sys.stderr)
    return 2


def _stop(arguments: Sequence[str]) -> int:
    from qideng.up import stop

    return stop()


def _web(arguments: Sequence[str]) -> int:
    from qideng.up import serve

    for project in get_args(Project):
        if list(arguments) == [project]:
            serve(project)
    print("用法：qideng web reg|signing|sandbox", file=sys.stderr)
    return 2


def _psql_url(arguments: Sequence[str]) -> int:
    wanted = arguments[0] if arguments else "reg"
    if wanted not in DATABASES:
        print(f"只有这些数据库：{'、'.join(DATABASES)}", file=sys.stderr)
        return 2
    server = Server(config().data_dir)
    if not server.alive():
        print("内置数据库没有在运行；先执行 qideng up", file=sys.stderr)
        return 1
    print(server.url(wanted))
    return 0


def _demo_otp(arguments: Sequence[str]) -> int:
    return _django("reg", ["demo_otp", *arguments])


def _verify_audit(arguments: Sequence[str]) -> int:
    from qideng.audit import main

    return main()


def _check(arguments: Sequence[str]) -> int:
    from qideng.checks import main

    return main(arguments)


def _trace(arguments: Sequence[str]) -> int:
    from qideng.trace import main

    return main()


def _sbom(arguments: Sequence[str]) -> int:
    from qideng.sbom import main

    return main(arguments)


def _django(project: Literal["reg", "signing", "sandbox"], arguments: Sequence[str]) -> int:
    """Run a Django command of one project, on the embedded server unless DATABASE_URL names another."""
    from django.core.management import execute_from_command_line

    os.environ["DJANGO_SETTINGS_MODULE"] = f"{project}.settings"
    command = [f"qideng {project}", *arguments]
    if "DATABASE_URL" in os.environ or f"{project.upper()}_DATABASE_URL" in os.environ:
        execute_from_command_line(command)
        return 0
    server = Server(config().data_dir)
    with server.use() as url:
        server.create_databases()
        os.environ["DATABASE_URL"] = url
        execute_from_command_line(command)
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "up": _up,
    "stop": _stop,
    "web": _web,
    "psql-url": _psql_url,
    "demo-otp": _demo_otp,
    "verify-audit": _verify_audit,
    "check": _check,
    "trace": _trace,
    "sbom": _sbom,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry of the console script; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in {"-h", "--help", "help"}:
        print(USAGE)
        return 0 if words else 2
    name, rest = words[0], words[1:]
    try:
        for project in get_args(Project):
            if name == project:
                return _django(project, rest)
        if name not in COMMANDS:
            print(f"没有 {name} 这个命令\n\n{USAGE}", file=sys.stderr)
            return 2
        return COMMANDS[name](rest)
    except (ConfigError, PostgresError) as problem:
        print(f"错误：{problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
