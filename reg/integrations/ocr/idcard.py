"""居民身份证 from lines of writing: each field by where it stands, not by the order in which it was read.

Labels are found first; a value stands on its label's row to the right, an address goes on below in the same column.
Sex and day of birth follow the number, whose check character confirms them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from reg.integrations.ocr.lines import Line, levelled
from reg.integrations.ocr.numbers import birth_of, find_number, gender_of, looks_like_number
from reg.integrations.ocr.result import Problem, Side, Trouble

SURE = 0.4
"""A field whose weakest character is less sure is pointed out."""
NAME_SURE = 0.95
"""Names are stricter: what stands there is not in any list, and a rare character is read as a common one."""
NAME_ROOM = 1.85
"""Room of one character of a name, in characters of the address, beyond which one must be missing."""

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧肖蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖"
    "范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严赖覃洪武莫孔汤向常温康施文牛樊葛邢安齐易乔伍庞颜"
    "倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房"
    "滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙"
    "荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权"
    "强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯"
)
"""Common family names: what follows a label after a gap is often read with little certainty, and is one of these."""

FRONT_LABELS = {
    "name": ("姓名", "姓各", "娃名"),
    "gender": ("性别", "性另", "性剐"),
    "ethnicity": ("民族", "民旋", "民族"),
    "birth_date": ("出生", "岀生", "出牛"),
    "residence": ("住址", "住止", "佳址", "住扯", "住地"),
    "id_number": ("公民身份号码", "民身份号码", "公民身份号", "身份号码"),
}
BACK_LABELS = {
    "issuing_authority": ("签发机关", "签发机", "发机关"),
    "validity": ("有效期限", "有效期", "效期限"),
}
BACK_TITLES = ("中华人民共和国", "居民身份证", "民身份证")
TITLES = {"name": "姓名", "id_number": "公民身份号码", "residence": "住址", "ethnicity": "民族"}
BACK_FIELDS = {"issuing_authority": "签发机关", "id_valid_to": "有效期限"}

ETHNIC_GROUPS = [
    "汉",
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
]


@dataclass
class SideRead:
    """What one picture said."""

    side: Side | None = None
    fields: dict[str, str] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Fields that this side should show and does not, in words."""

    def put(self, name: str, value: str, score: float) -> None:
        if value:
            self.fields[name], self.confidence[name] = value, round(score, 3)


def parse(lines: Sequence[Line]) -> SideRead:
    """The side that the lines show, with its fields; `side` is None when they are of no identity card."""
    level = levelled([line for line in lines if line.text])
    labels = _find_labels(level)
    front = [name for name in FRONT_LABELS if name in labels]
    back = [name for name in BACK_LABELS if name in labels]
    titles = sum(any(title in line.text for title in BACK_TITLES) for line in level)
    if len(back) + titles >= 2 and len(back) + titles > len(front):
        return _back(level, labels)
    if len(front) >= 3 or (len(front) >= 2 and any(find_number(line.text) for line in level)):
        return _front(level, labels)
    return SideRead()


# --- labels ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Label:
    """A label and the rest of its line, which may be the value."""

    line: Line
    rest: Line | None


def _find_labels(lines: Sequence[Line]) -> dict[str, _Label]:
    found: dict[str, _Label] = {}
    for line in lines:
        for name, label in _labels_in(line):
            if name not in found:
                found[name] = label
    return found


def _labels_in(line: Line) -> list[tuple[str, _Label]]:
    """The labels with which a line begins; 性别男民族汉 holds two."""
    both = re.fullmatch(r"(性别.?)(民族.*)", line.text)
    cut = len(both.group(1)) if both else 0
    pieces = [line.part(0, cut), line.part(cut, len(line.text))] if cut else [line]
    return [found for piece in pieces if (found := _label_of(piece)) is not None]


def _label_of(line: Line) -> tuple[str, _Label] | None:
    for name, spellings in (FRONT_LABELS | BACK_LABELS).items():
        for spelling in spellings:
            if line.text.startswith(spelling):
                begin = len(spelling) + (line.text[len(spelling) :][:1] in {":", "："})
                rest = line.part(begin, len(line.text)) if begin < len(line.text) else None
                return name, _Label(line.part(0, len(spelling)), rest)
    return None


def _row(label: _Label, lines: Sequence[Line], until: float = float("inf")) -> list[Line]:
    """What stands on the label's row to its right, up to x `until`, from left to right."""
    height = label.line.height
    beside = [
        line
        for line in lines
        if abs(line.middle - label.line.middle) < 0.62 * height
        and label.line.left + 1.2 * height < line.left < until
        and not line.text.startswith(label.line.text)
    ]
    row = sorted(beside, key=lambda line: line.left)
    return [label.rest, *row] if label.rest is not None else row


# --- 人像面 ------------------------------------------------------------------------------------------------------


def _front(lines: list[Line], labels: dict[str, _Label]) -> SideRead:
    read = SideRead(side="front")
    _number(read, lines)
    edge = _portrait_edge(lines, labels)
    _name(read, lines, labels, edge)
    _ethnicity(read, lines, labels, edge)
    _residence(read, lines, labels, edge)
    _gender_and_birth(read, lines, labels, edge)
    read.missing = [title for name, title in TITLES.items() if name not in read.fields and _absent(read, name)]
    if read.fields:
        read.put("id_type", "10", 1.0)
        read.put("nationality", "CHN", 1.0)
    return read


def _absent(read: SideRead, name: str) -> bool:
    """A number that was seen but not confirmed is not missing: it has its own problem."""
    return not (name == "id_number" and any(problem.code is Trouble.NUMBER_UNSURE for problem in read.problems))


def _portrait_edge(lines: Sequence[Line], labels: dict[str, _Label]) -> float:
    """Values end where the portrait begins: 11 characters right of the address column."""
    column = min((label.line.left for name, label in labels.items() if name != "ethnicity"), default=0.0)
    height = max((label.line.height for label in labels.values()), default=30.0)
    number = next((line for line in lines if find_number(line.text) or looks_like_number(line.text)), None)
    if number is not None and number.right > column:
        return column + 0.66 * (number.right - column)
    return column + 13.5 * height


def _number(read: SideRead, lines: Sequence[Line]) -> None:
    candidates = [line for line in lines if looks_like_number(line.text) or "号码" in line.text]
    for line in candidates:
        found = find_number(re.sub(r"^\D*号码", "", line.text))
        if found is not None:
            number, mended = found
            read.put("id_number", number, 0.9 if mended else line.score)
            return
    if any(looks_like_number(line.text) for line in candidates):
        read.problems.append(Problem.of(Trouble.NUMBER_UNSURE))


def _name(read: SideRead, lines: Sequence[Line], labels: dict[str, _Label], edge: float) -> None:
    if "name" not in labels:
        return
    row = [line for line in _row(labels["name"], lines, edge) if re.search(r"[^\W\d_]", line.text)]
    name = re.sub(r"[0-9:：,，.。]", "", "".join(line.text for line in row)).replace("•", "·")
    score = min(
        (sure for number, line in enumerate(row) for sure in _name_scores(line, first=number == 0)), default=0.0
    )
    if not re.fullmatch(r"[一-鿿㐀-䶿𠀀-𳍿·〇]+", name) or _leaves_gaps(name, row[-1].right, lines, labels):
        score = min(score, NAME_SURE - 0.01)
    read.put("name", name, score)
    if name and score < NAME_SURE:
        read.problems.append(Problem.of(Trouble.NAME_UNSURE))


def _name_scores(line: Line, *, first: bool) -> tuple[float, ...]:
    """How sure the characters of a name are; a common family name is believed."""
    believed = first and line.text[:1] in SURNAMES and line.sure[:1] > (SURE,)
    return line.sure[1:] if believed and len(line.sure) > 1 else line.sure


def _leaves_gaps(name: str, right: float, lines: Sequence[Line], labels: dict[str, _Label]) -> bool:
    """Whether the name takes more room than its characters need: one that the engine does not know was passed over.

    Measured against a line of the address that stands by itself in the same column.
    """
    label = labels.get("residence")
    if label is None:
        return False
    address = [line for line in _below(label, lines, labels) + _row(label, lines) if line is not label.rest]
    if not address:
        return False
    longest = max(address, key=lambda line: line.length)
    advance = longest.length / max(1.0, sum(0.55 if char.isascii() else 1.0 for char in longest.text))
    return right - longest.left > NAME_ROOM * advance * len(name)


def _ethnicity(read: SideRead, lines: Sequence[Line], labels: dict[str, _Label], edge: float) -> None:
    if "ethnicity" not in labels:
        return
    row = _row(labels["ethnicity"], lines, edge)
    text = re.sub(r"\W", "", "".join(line.text for line in row)).removesuffix("族")
    score = min((line.score for line in row), default=0.0)
    if text in ETHNIC_GROUPS:
        read.put("ethnicity", f"{text}族", score)
        _doubt(read, "ethnicity", "民族")


def _residence(read: SideRead, lines: Sequence[Line], labels: dict[str, _Label], edge: float) -> None:
    label = labels.get("residence")
    if label is None:
        return
    first = _row(label, lines, edge)
    used = [*first, *_below(label, lines, labels)]
    read.put("residence", "".join(line.text for line in used), min((line.score for line in used), default=0.0))
    _doubt(read, "residence", "住址")


def _below(label: _Label, lines: Sequence[Line], labels: dict[str, _Label]) -> list[Line]:
    """Further lines of the address: under its first one, in the column of the values, above the number."""
    height, bottom = label.line.height, _number_row(lines, labels)
    below = [
        line
        for line in lines
        if label.line.middle + 0.6 * height < line.middle < bottom - 0.5 * height
        and label.line.left + 1.5 * height < line.left < label.line.left + 6.5 * height
        and line.height > 0.55 * height
        and not looks_like_number(line.text)
    ]
    return sorted(below, key=lambda line: line.middle)


def _number_row(lines: Sequence[Line], labels: dict[str, _Label]) -> float:
    """The y of the row of the number, below which no address goes."""
    if "id_number" in labels:
        return labels["id_number"].line.middle
    return min((line.middle for line in lines if looks_like_number(line.text)), default=float("inf"))


def _gender_and_birth(read: SideRead, lines: Sequence[Line], labels: dict[str, _Label], edge: float) -> None:
    """Printed values, corrected by the number; a clear difference is told."""
    printed = _printed(lines, labels, edge)
    number = read.fields.get("id_number")
    if number is None:
        for name, (value, score) in printed.items():
            read.put(name, value, score)
        return
    born = birth_of(number)
    by_number = {"gender": gender_of(number), "birth_date": born.isoformat() if born else ""}
    for name, value in by_number.items():
        read.put(name, value, read.confidence["id_number"])
        said, score = printed.get(name, (value, 0.0))
        if said != value and score >= SURE:
            title = {"gender": "性别", "birth_date": "出生日期"}[name]
            read.problems.append(Problem.of(Trouble.CONTRADICTION, title))


def _printed(lines: Sequence[Line], labels: dict[str, _Label], edge: float) -> dict[str, tuple[str, float]]:
    found: dict[str, tuple[str, float]] = {}
    if "gender" in labels:
        until = labels["ethnicity"].line.left if "ethnicity" in labels else edge
        row = _row(labels["gender"], lines, until)
        text = "".join(line.text for line in row)
        if text[:1] in {"男", "女"}:
            found["gender"] = text[0], row[0].score
    if "birth_date" in labels:
        row = _row(labels["birth_date"], lines, edge)
        day = _day("".join(line.text for line in row))
        if day:
            found["birth_date"] = day.isoformat(), min(line.score for line in row)
    return found


# --- 国徽面 ------------------------------------------------------------------------------------------------------


def _back(lines: list[Line], labels: dict[str, _Label]) -> SideRead:
    read = SideRead(side="back")
    if "issuing_authority" in labels:
        row = _row(labels["issuing_authority"], lines)
        read.put(
            "issuing_authority", "".join(line.text for line in row), min((line.score for line in row), default=0.0)
        )
        _doubt(read, "issuing_authority", "签发机关")
    if "validity" in labels:
        row = _row(labels["validity"], lines)
        _validity(read, "".join(line.text for line in row), min((line.score for line in row), default=0.0))
    read.missing = [title for name, title in BACK_FIELDS.items() if name not in read.fields]
    return read


def _validity(read: SideRead, text: str, score: float) -> None:
    """2019.04.22-2039.04.22 or 2019.04.22-长期; an end before its start is no validity."""
    days = [day for day in map(_day, re.findall(r"\d{4}\D?\d{2}\D?\d{2}", text)) if day]
    if not days:
        return
    if "长" in text or "期" in text:
        end = "长期"
    elif len(days) == 2 and days[0] < days[1]:
        end = days[1].isoformat()
    else:
        return
    read.put("id_valid_from", days[0].isoformat(), score)
    read.put("id_valid_to", end, score)
    _doubt(read, "id_valid_to", "有效期限")


# --- small things ------------------------------------------------------------------------------------------------


def _day(text: str) -> date | None:
    match = re.search(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})", text)
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


def _doubt(read: SideRead, name: str, title: str) -> None:
    if name in read.fields and read.confidence[name] < SURE:
        read.problems.append(Problem.of(Trouble.FIELD_UNSURE, title))
