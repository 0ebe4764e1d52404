"""Forms of the back office: a window's address, the search of the audit log, the days of a history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from foundation import clock
from foundation.audit.search import Query
from foundation.operations.watching import LONGEST
from foundation.ui.forms import DateField, PlainForm
from reg.backoffice.windows import WindowWords
from reg.naming.industries import class_of
from reg.naming.models import WordBatch
from reg.naming.parts import Order, Parts
from reg.naming.wordlists import words_of

MOST_BYTES = 1 << 20
TELEPHONE = RegexValidator(
    r"^[0-9]{3,4}-?[0-9]{7,8}(转[0-9]{1,6})?$|^[0-9]{5}$", "请检查电话的写法，例如 021-12345678 或者 12345"
)
REFERENCE = RegexValidator(r"^[0-9A-Za-z:/._\\-]+$", "编号里只有字母、数字和 : / . _ -")


class WindowForm(PlainForm):
    """地址、办公时间、电话 of a window."""

    address = forms.CharField(
        label="窗口地址", min_length=6, max_length=200, help_text="写到门牌号，再写哪一层、几号窗口"
    )
    hours = forms.CharField(label="办公时间", max_length=200, help_text="例如：周一至周五 9:00–11:30、13:30–17:00")
    telephone = forms.CharField(label="咨询电话", max_length=40, validators=[TELEPHONE])

    def words(self) -> WindowWords:
        """What was entered, of a valid form."""
        return WindowWords(**{key: self.cleaned_data[key].strip() for key in ("address", "hours", "telephone")})


class PartsForm(PlainForm):
    """拆分 of a name in the index."""

    region = forms.CharField(label="行政区划", max_length=40, required=False)
    trade = forms.CharField(label="字号", max_length=120)
    industry = forms.CharField(label="行业", max_length=120, required=False)
    group = forms.ChoiceField(
        label="集团", required=False, choices=[("", "没有"), ("集团", "集团"), ("（集团）", "（集团）")]
    )
    form = forms.CharField(label="组织形式", max_length=60)
    order = forms.ChoiceField(
        label="行政区划在哪里",
        choices=[
            (Order.FRONT.value, "最前面"),
            (Order.MIDDLE.value, "字号后面，加括号"),
            (Order.BEFORE_FORM.value, "组织形式前面，加括号"),
            (Order.NONE.value, "没有行政区划"),
            (Order.BRANCH.value, "分支机构：字号一段写隶属企业全称"),
        ],
    )
    small_class = forms.CharField(label="行业小类", max_length=60, required=False, help_text="四位代码或者行业名称")
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def clean_small_class(self) -> str:
        """Four digits, or nothing."""
        typed = str(self.cleaned_data["small_class"]).strip()
        found = class_of(typed)
        if typed and not found:
            raise forms.ValidationError("没有这个行业小类，请填四位代码或者行业名称。")
        return found

    def parts(self) -> Parts:
        """Of a valid form."""
        said = self.cleaned_data
        order = Order(said["order"])
        return Parts(
            said["region"], said["trade"], said["industry"], said["form"], order, said["small_class"], said["group"]
        )


class AuditForm(PlainForm):
    """按编号、人、动作、日期 查审计日志."""

    ref = forms.CharField(label="编号", max_length=80, required=False, validators=[REFERENCE])
    actor = forms.CharField(label="谁", max_length=80, required=False, validators=[REFERENCE])
    first = DateField(label="从", required=False)
    last = DateField(label="到", required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.offer([(str(data.get("verb", "")), "")])

    def offer(self, verbs: Iterable[tuple[str, str]]) -> None:
        """Acts to choose from. An act that is not among them is looked for all the same, and found nowhere."""
        self.verbs = [("", "全部"), *verbs]
        self.fields["verb"] = forms.ChoiceField(label="做了什么", required=False, choices=self.verbs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", "结束的日期不能早于开始的日期")
        return cleaned

    def query(self) -> Query:
        """What to look for, of a valid form."""
        data = self.cleaned_data
        return Query(
            object_ref=data["ref"], actor=data["actor"], verb=data["verb"], first=data["first"], last=data["last"]
        )


class PeriodForm(PlainForm):
    """从哪天到哪天 of a history of signing."""

    first = DateField(label="从", latest=lambda: clock.to_shanghai(clock.wall()).date())
    last = DateField(label="到", latest=lambda: clock.to_shanghai(clock.wall()).date())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", "结束的日期不能早于开始的日期")
        elif first and last and (last - first).days >= LONGEST:
            self.add_error("first", f"一次最多看 {LONGEST} 天，请把开始的日期往后改")
        return cleaned


class WordsForm(PlainForm):
    """词, 加入还是移出, 依据: typed one a line, or a text file with one word a line."""

    what = forms.ChoiceField(label="怎么改", choices=WordBatch.What.choices, initial=WordBatch.What.ADD)
    words = forms.CharField(
        label="词",
        required=False,
        max_length=60_000,
        help_text="一行一个，也可以用逗号、顿号隔开",
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
    file = forms.FileField(
        label="或者导入文件", required=False, help_text="UTF-8 文本或者 CSV，一行一个词，不超过 1 MB"
    )
    reason = forms.CharField(label="依据", max_length=200, help_text="例如：某法律、某通知，或者为什么移出")

    def clean(self) -> dict[str, Any]:
        """All words of both sources under `all`."""
        said = super().clean() or {}
        words = words_of(str(said.get("words") or ""))
        uploaded = said.get("file")
        if uploaded is not None and uploaded.size > MOST_BYTES:
            self.add_error("file", "文件超过 1 MB，请分几次导入。")
        elif uploaded is not None:
            try:
                words += words_of(uploaded.read().decode("utf-8-sig"))
            except UnicodeDecodeError:
                self.add_error("file", "文件不是 UTF-8 编码，请另存为 UTF-8 的文本或者 CSV 再试。")
        if not words and not self.errors:
            self.add_error("words", "还没有写词。一行写一个，或者选一个文件。")
        return {**said, "all": list(dict.fromkeys(words))}
