"""整理: a refused PDF put right, offered and never done by itself. R147, docs/adr/0022.

The child mends and compares; its result is a foreign file again and must pass admission. What was done and why not is
said in our own sentences: the child answers codes and numbers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as attribute

from foundation.pdf.admission import admit
from foundation.pdf.child import Died, TooHeavy, examined
from foundation.pdf.verdict import Admitted, Rejected

_CHILD = "foundation.pdf.mend_child"
WALL_SECONDS = 40.0

MENDABLE = frozenset(
    {
        "leading_data",
        "trailing_data",
        "damaged",
        "javascript",
        "action",
        "embedded_files",
        "xfa",
        "fillable",
        "not_signable",
    }
)
"""Refusals that may be put right without changing what is seen."""

STEPS: dict[str, str] = {
    "leading": "去掉文件开头夹着的 {0} 个字节",
    "trailing": "去掉文件末尾夹着的 {0} 个字节",
    "table": "重建损坏的目录表（交叉引用表）",
    "lengths": "改正 {0} 处写错的数据长度",
    "flaws": "改正不合标准的写法",
    "history": "去掉 {0} 个以前保存留下的旧版本",
    "scripts": "去掉 {0} 段脚本程序",
    "actions": "去掉 {0} 个会自动执行的动作",
    "attachments": "去掉 {0} 个附件",
    "dynamic": "去掉动态表单的数据（XFA）",
    "fields": "把 {0} 个填写栏按现在的内容固定在页面上，不能再填",
    "hidden": "去掉 {0} 个看不见的填写栏",
    "places": "去掉 {0} 个没有签过的签名位置",
    "rewritten": "按标准格式重新写一遍文件",
}
"""What can be done, in the order in which it is told."""

WHY_NOT: dict[str, str] = {
    "signed": "文件里已有电子签名，动过以后签名就作废了，所以不能整理。请传没有签过名的原件，或者整理好再请人签。",
    "password": "加了密码的文件打不开，不能整理；这里也不收密码。",
    "restricted": "文件加了使用限制，只有加限制的人能去掉，所以不能替您整理。",
    "incomplete": "少了的内容补不回来，不能整理。",
    "content": "去掉它就改变了看到的内容，不能整理。",
    "portfolio": "这是一个装着许多附件的文件包，内容都在附件里，不能整理。请把附件一个一个上传。",
    "dynamic": "表单的内容要由软件临时画出来，文件里没有能固定的页面，不能整理。",
    "double": "这个文件同时又是别的文件，不像是无意弄成的，不能整理。",
    "broken": "损坏得太厉害，不能整理。",
    "unseen": "原来的样子显示不出来，没法对照整理前后是不是一样，不能整理。",
    "differs": "整理后第 {0} 页和原来看到的不一样，不能整理。",
    "too_heavy": "整理它太费时间或内存，没有整理。",
    "too_big": "整理后的文件超过 20 MB，不能整理。",
    "other": "这个问题整理解决不了。",
}

_HOPELESS = {
    "password": "password",
    "encrypted": "restricted",
    "truncated": "incomplete",
    "media": "content",
    "external_data": "content",
    "hidden_layers": "content",
    "prints_otherwise": "content",
    "signed_locked": "signed",
    "too_heavy": "too_heavy",
}
"""Refusals that need no look at the file to know why nothing can be done; the rest is `other`."""


@dataclass(frozen=True)
class Mended:
    """A file that may come in, in place of the one that was refused."""

    content: bytes = attribute(repr=False)
    admitted: Admitted
    steps: tuple[tuple[str, int], ...]
    """Codes of STEPS with their numbers, in the order in which they are told."""

    @property
    def sentences(self) -> list[str]:
        """What was done, one clause each, without a full stop."""
        return told(self.steps)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class NotMended:
    """There is no lawful way; the message says why."""

    code: str
    message: str

    def __str__(self) -> str:
        return self.message


def told(steps: Iterable[tuple[str, int]]) -> list[str]:
    """Steps as clauses."""
    return [STEPS[code].format(count) for code, count in steps]


def mend(pdf: bytes, refusal: Rejected, *, for_signing: bool) -> Mended | NotMended:
    """What a file that was refused with `refusal` becomes, or why it cannot be put right."""
    if refusal.code not in MENDABLE:
        return not_mended(_HOPELESS.get(refusal.code, "other"))
    try:
        purpose = "signing" if for_signing else "viewing"
        head, _, content = examined(_CHILD, purpose, data=pdf, wall_seconds=WALL_SECONDS).partition(b"\n")
    except TooHeavy:
        return not_mended("too_heavy")
    except Died:
        return not_mended("broken")
    answer = json.loads(head)
    if "code" in answer:
        return not_mended(answer["code"], answer["page"])
    match admit(content, for_signing=for_signing):
        case Rejected(code=code, message=message):
            return NotMended(f"still_{code}", f"整理后还是不能收：{message}")
        case Admitted() as admitted:
            return Mended(content, admitted, _steps(answer["steps"]))


def _steps(done: dict[str, int]) -> tuple[tuple[str, int], ...]:
    counted = {**{code: int(count) for code, count in done.items()}, "rewritten": 1}
    return tuple((code, counted[code]) for code in STEPS if counted.get(code))


def not_mended(code: str, page: int = 0) -> NotMended:
    """The refusal to mend, of a code of WHY_NOT."""
    return NotMended(code, WHY_NOT[code].format(page))
