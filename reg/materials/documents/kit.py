"""文书数据: the small builders every document shares, from answers to what a template prints. R035.

A document's data is plain JSON. It does not hold the day on which it is made, so the same answers give the same
paper tomorrow, and signatures on an unchanged paper stay good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from reg.casefile.view import CaseView
from reg.materials.documents.people import Signer
from reg.materials.documents.wording import form_fields

Data = dict[str, Any]

BUSINESSES = {"change": "变更登记（备案）"}


@dataclass(frozen=True)
class NoticeFacts:
    """What the registration authority decided: the case itself does not know it."""

    kind: str
    """approve 准予, refuse 不予, return 补正."""
    doc_no: str
    issued_on: date
    points: tuple[Mapping[str, str], ...] = ()
    """Points to be mended or reasons of a refusal: message 情况, fix 怎么办, basis 依据."""
    deadline: date | None = None
    """Last day for mending, inclusive; None when the authority set none."""


@dataclass(frozen=True)
class OwnPaper:
    """自备文书: the file that a signature page belongs to."""

    title: str
    pages: int
    digest: str
    """SM3 of its bytes."""
    file: str
    """Its key in the store."""
    signatures: tuple[Mapping[str, Any], ...]
    """The groups of signature boxes of the paper it stands for."""


@dataclass(frozen=True)
class Extra:
    """What a document may need beyond the case: facts of other rooms of the house."""

    verified: Mapping[str, str] = field(default_factory=dict)
    """Identity key → how and when he was verified (e.g. 2026年11月20日人脸识别)."""
    signing_shareholders: frozenset[str] | None = None
    """Identity keys of the shareholders who will sign; None: all of them."""
    notice: NoticeFacts | None = None
    own: OwnPaper | None = None


NOTHING = Extra()


class Build(Protocol):
    """Makes the data of one document. `party` names whose copy it is where a document is made per party."""

    def __call__(self, view: CaseView, party: str | None = None, extra: Extra = NOTHING) -> Data: ...


Parties = Callable[[CaseView], tuple[str | None, ...]]
MustRead = Callable[[CaseView, str | None], list[str]]
Title = Callable[[CaseView, str | None], str]


def one_for_the_case(view: CaseView) -> tuple[str | None, ...]:
    """A document that is made once, for nobody in particular."""
    return (None,)


@dataclass(frozen=True)
class Document:
    """文书: one kind of paper, its template folder and how it is filled."""

    code: str
    """Name of the folder and of the template; `doc` of the materials list."""
    form: str
    """Code of the form whose fields it prints."""
    build: Build
    must_read: MustRead
    """One to four sentences that the signer has to recognise before signing."""
    title: Title
    """How the paper is called in lists."""
    parties: Parties = one_for_the_case
    """Keys of the parties (people, appointing bodies) that each get a copy of their own; none: no paper is needed."""


def paper(view: CaseView, title: str, *, over: str = "", under: str = "") -> Data:
    """What the head of every sheet needs."""
    return {
        "title": title,
        "over": over,
        "under": under,
        "maker": "企登",
        "head": {"left": f"{_short(view.entity.name)}　{title}", "right": f"申请号 {grouped(view.number)}"},
    }


def _short(name: str, most: int = 32) -> str:
    """A name that fits the running head, on one line."""
    flat = " ".join(name.split())
    return flat if len(flat) <= most else f"{flat[:most]}…"


def grouped(number: str) -> str:
    """申请号 in groups: authority, day, serial, check."""
    if len(number) != 22:
        return number
    return f"{number[:6]} {number[6:14]} {number[14:20]} {number[20:]}"


def fields(
    view: CaseView, form: str, section: str, values: Mapping[str, Any], *, wide: Iterable[str] = ()
) -> list[Data]:
    """The fields of a form's section that have a value, in the order and with the labels of the form.

    An optional field without a value is left out; a required one stays, visibly empty.
    """
    broad = frozenset(wide)
    lines = []
    for item in form_fields(view, form, section):
        if item.key not in values:
            continue
        value = text(values[item.key])
        if value or not item.optional:
            lines.append(line(item.label, value, wide=item.key in broad))
    return lines


def line(label: str, value: str, *, wide: bool = False) -> Data:
    return {"label": label, "value": value, "said": value or "无", "wide": wide}


def text(value: Any) -> str:
    """A value as a clerk would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return cn_date(value)
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, list | tuple):
        return "、".join(text(item) for item in value)
    return str(value).strip()


def cn_date(value: date | str | None) -> str:
    """2026-11-20 → 2026年11月20日; what is not a date stays as written."""
    if not value:
        return ""
    if isinstance(value, str):
        try:
            return cn_date(date.fromisoformat(value[:10]))
        except ValueError:
            return value
    return f"{value.year}年{value.month}月{value.day}日"


def plain_number(value: Decimal) -> str:
    """12.500000 → 12.5."""
    return format(value.normalize(), "f")


def percent(part: Any, whole: Any) -> str:
    """Votes as a share of all votes; without the total the figure itself is one."""
    share = Decimal(str(part or 0)) / Decimal(str(whole or 100)) * 100
    return f"{plain_number(share.quantize(Decimal('0.01')))}%"


def slot(name: str, role: str, signer: Signer, caption: str = "") -> Data:
    """签署位 for one signer."""
    return {
        "name": name,
        "role": role,
        "kind": signer.kind,
        "signer": signer.key,
        "signer_name": signer.name,
        "caption": caption or signer.name,
    }


def group(heading: str, slots: Sequence[Data]) -> Data:
    """Signature boxes that stand together under a heading."""
    return {"heading": heading, "slots": list(slots)}


def numbered(stem: str, role: str, signers: Sequence[Signer], captions: Sequence[str] = ()) -> list[Data]:
    """sig_shareholder_1, sig_shareholder_2 …: one box for each."""
    names = captions or [signer.name for signer in signers]
    return [
        slot(f"{stem}_{n}", role, signer, caption)
        for n, (signer, caption) in enumerate(zip(signers, names, strict=True), start=1)
    ]


CHINESE_DIGITS = "零一二三四五六七八九"


def ordinal(number: int) -> str:
    """1 → 一, 12 → 十二, 35 → 三十五: up to 99."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return CHINESE_DIGITS[ones]
    lead = "" if tens == 1 else CHINESE_DIGITS[tens]
    return f"{lead}十{CHINESE_DIGITS[ones] if ones else ''}"


def clause_name(number: Any) -> str:
    """3 → 第三条; 第三条 and 第三条第二款 stay."""
    written = str(number or "").strip()
    return f"第{ordinal(int(written))}条" if written.isascii() and written.isdigit() and int(written) < 100 else written
