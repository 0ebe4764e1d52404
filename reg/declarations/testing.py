"""What tests of declarations share: a name declared as an applicant would."""

from __future__ import annotations

from typing import Any

from foundation import clock
from foundation.identity.actor import Actor
from reg.declarations.models import Declaration
from reg.declarations.services import name_declare
from reg.naming.checking import name_check
from reg.naming.parsing import parse
from reg.naming.reservation import Wish

FREE, RESTRICTED = "上海砚屿科技有限公司", "上海砚屿有限公司"
PLEA = "商标注册证第 12345678 号"
PUDONG = "310115"


def declare(actor: Actor, name: str = FREE, *, plea: str = "", **more: Any) -> Declaration:
    """Declare a name in 浦东新区 for a new company, whatever is similar read."""
    wish = Wish(parse(name).parts, "llc", more.pop("business", "establish"), district=PUDONG, **more)
    report = name_check(wish.parts, wish.context, day=clock.today())
    read = [hit.written for hit in report.found.similar]
    return name_declare(actor=actor, wish=wish, report=report, authority=PUDONG, read=read, plea=plea)
