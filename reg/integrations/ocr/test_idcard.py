"""Fields by where they stand: the lines of a card as an engine gives them, in any order."""

from __future__ import annotations

import math
import random
import subprocess
import sys

import pytest

from reg.integrations.ocr import IdCardRead, Trouble
from reg.integrations.ocr.idcard import ETHNIC_GROUPS, SideRead, parse
from reg.integrations.ocr.lines import Line, line_of
from reg.integrations.ocr.numbers import find_number, is_valid
from reg.integrations.ocr.reading import _together
from reg.integrations.ocr.result import SENTENCES, Problem

NUMBER = "310101198501019190"


def at(x: float, y: float, text: str, *, em: float = 36, sure: float = 0.99, slope: float = 0.0) -> Line:
    """A line whose lower left is about at (x, y), characters `em` wide."""
    width = sum(em * (0.56 if char.isascii() else 1.0) for char in text)
    rise = math.tan(math.radians(slope)) * width
    corners = ((x, y - em), (x + width, y - em + rise), (x + width, y + 8 + rise), (x, y + 8))
    return line_of(text, sure, corners)


def front(**changes: Line | None) -> list[Line]:
    """The lines of a front side; each may be replaced or left out."""
    lines: dict[str, Line | None] = {
        "name_label": at(62, 112, "姓名", em=31),
        "name": at(168, 114, "张示例", em=50),
        "gender": at(62, 190, "性别", em=31),
        "gender_value": at(168, 191, "男"),
        "ethnic": at(300, 190, "民族汉", em=34),
        "birth": at(62, 266, "出生", em=31),
        "birth_value": at(168, 267, "1985年1月1日"),
        "address": at(62, 344, "住址", em=31),
        "address_1": at(168, 345, "上海市示例区样板路10"),
        "address_2": at(168, 393, "弄1号101室"),
        "number_label": at(62, 556, "公民身份号码", em=29),
        "number": at(332, 558, NUMBER, em=50),
    }
    return [line for line in (lines | changes).values() if line is not None]


def back(**changes: Line | None) -> list[Line]:
    lines: dict[str, Line | None] = {
        "country": at(300, 130, "中华人民共和国", em=74),
        "title": at(276, 250, "居民身份证", em=124),
        "issuer_label": at(200, 480, "签发机关", em=31),
        "issuer": at(384, 481, "上海市公安局黄浦分局"),
        "validity_label": at(200, 556, "有效期限", em=31),
        "validity": at(384, 557, "2017.06.08-2037.06.08"),
    }
    return [line for line in (lines | changes).values() if line is not None]


def codes(read: SideRead) -> set[Trouble]:
    return {problem.code for problem in read.problems}


RIGHT = {
    "name": "张示例",
    "gender": "男",
    "ethnicity": "汉族",
    "birth_date": "1985-01-01",
    "residence": "上海市示例区样板路10弄1号101室",
    "id_number": NUMBER,
    "id_type": "10",
    "nationality": "CHN",
}


@pytest.mark.row("R016", part="OCR图像识别")
@pytest.mark.row("R017", part="OCR图像识别")
@pytest.mark.row("R020", part="OCR图像识别")
def test_every_field_of_the_front_is_found_whatever_the_order_of_reading() -> None:
    for seed in range(5):
        lines = front()
        random.Random(seed).shuffle(lines)
        read = parse(lines)
        assert read.side == "front"
        assert read.fields == RIGHT
        assert read.problems == []
        assert read.missing == []


def test_a_card_lying_askew_is_read_all_the_same() -> None:
    for slope in (-14, 9):
        assert parse([line.turned(slope) for line in front()]).fields == RIGHT


def test_labels_and_values_may_come_as_one_line() -> None:
    joined = front(
        name_label=None,
        name=at(62, 112, "姓 名 张示例", em=40),
        gender=None,
        gender_value=None,
        ethnic=at(62, 190, "性别 男 民族 汉", em=36),
        birth=None,
        birth_value=at(62, 266, "出生1985年 1月1日"),
        address=None,
        address_1=at(62, 344, "住址：上海市示例区样板路10"),
        number_label=None,
        number=at(62, 556, f"公民身份号码{NUMBER}"),
    )
    assert parse(joined).fields == RIGHT


def test_writing_that_runs_another_way_is_no_part_of_the_address() -> None:
    marks = [at(150, 420, "样例虚构不得作为证件使用", slope=24), at(200, 300, "虚构", slope=-24)]
    assert parse([*front(), *marks]).fields == RIGHT


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (NUMBER, (NUMBER, False)),
        ("31O1O1198501019190", (NUMBER, True)),
        ("3l0101I98501019190", (NUMBER, True)),
        ("公民身份号码 " + NUMBER, (NUMBER, False)),
        ("31010619820113931x", ("31010619820113931X", False)),
        ("310101198501019191", None),
        ("3101011985010191", None),
        ("31OlO1198501019199", None),
        ("310101198513319190", None),
    ],
)
def test_a_number_is_taken_only_when_its_check_character_confirms_it(seen: str, found: tuple[str, bool] | None) -> None:
    assert find_number(seen) == found


def test_no_single_digit_read_wrong_passes_for_a_number() -> None:
    for place in range(18):
        for digit in "0123456789":
            wrong = NUMBER[:place] + digit + NUMBER[place + 1 :]
            assert is_valid(wrong) == (wrong == NUMBER)


def test_a_number_that_is_not_confirmed_is_left_out_and_said() -> None:
    read = parse(front(number=at(332, 558, "310101198501019191", em=50)))
    assert "id_number" not in read.fields
    assert codes(read) == {Trouble.NUMBER_UNSURE}
    assert read.fields["birth_date"] == "1985-01-01", "the printed day stands in"
    assert read.missing == []


@pytest.mark.row("R016", part="身份证图片与填报一致性检查")
def test_sex_and_birth_follow_the_number_and_a_clear_difference_is_told() -> None:
    read = parse(front(gender_value=at(168, 191, "女"), birth_value=at(168, 267, "1986年1月1日")))
    assert (read.fields["gender"], read.fields["birth_date"]) == ("男", "1985-01-01")
    assert [p.message for p in read.problems] == [
        "证件上的性别与身份证号码对不上，已按号码填写。请核对证件，或重拍。",
        "证件上的出生日期与身份证号码对不上，已按号码填写。请核对证件，或重拍。",
    ]


def test_one_weak_character_makes_a_name_unsure() -> None:
    weak = at(168, 114, "李瑾赟", em=50)
    weak = line_of(weak.text, [0.999, 0.66, 0.99], weak.corners)
    read = parse(front(name=weak))
    assert read.fields["name"] == "李瑾赟"
    assert codes(read) == {Trouble.NAME_UNSURE}


def test_a_character_passed_over_is_noticed_by_the_room_it_leaves() -> None:
    wide = at(168, 114, "王示测", em=50)
    read = parse(front(name=line_of("王测", 0.999, wide.corners)))
    assert codes(read) == {Trouble.NAME_UNSURE}
    assert codes(parse(front(name=at(168, 114, "卫甲", em=50)))) == set()


def test_a_name_with_a_middle_dot_and_a_long_group_are_read() -> None:
    read = parse(
        front(
            name=at(168, 114, "阿依努尔•样例", em=44), ethnic=at(300, 190, "民族", em=31), group=at(404, 191, "维吾尔")
        )
    )
    assert (read.fields["name"], read.fields["ethnicity"]) == ("阿依努尔·样例", "维吾尔族")
    assert len(ETHNIC_GROUPS) == 56


def test_a_long_address_keeps_its_lines_in_order() -> None:
    third = at(168, 441, "样例大厦A座1203室")
    read = parse([third, *front()])
    assert read.fields["residence"] == "上海市示例区样板路10弄1号101室样例大厦A座1203室"


def test_a_covered_field_is_missing_by_name() -> None:
    read = parse(front(name=None, name_label=None, number=None, number_label=None))
    assert read.missing == ["姓名", "公民身份号码"]


@pytest.mark.row("R016", part="OCR图像识别")
def test_authority_and_validity_are_read_from_the_back() -> None:
    read = parse(back())
    assert read.side == "back"
    assert read.fields == {
        "issuing_authority": "上海市公安局黄浦分局",
        "id_valid_from": "2017-06-08",
        "id_valid_to": "2037-06-08",
    }
    assert parse(back(validity=at(384, 557, "2017.06.08-长期"))).fields["id_valid_to"] == "长期"
    broken = parse(back(validity=at(384, 557, "2037.06.08-2017.06.08")))
    assert broken.missing == ["有效期限"]


def test_a_lease_is_no_identity_card() -> None:
    lease = [
        at(400, 100, "房屋租赁合同"),
        at(62, 200, "出租方（甲方）：张示例"),
        at(62, 300, "身份证号310101198501019190"),
    ]
    assert parse(lease).side is None
    assert parse([]).side is None


def test_both_sides_come_together_whichever_was_sent_first() -> None:
    got = _together([("front", parse(back())), ("back", parse(front()))])
    assert got.sides == ("back", "front")
    assert got.problems == []
    assert got.fields["name"] == "张示例"
    assert got.fields["id_valid_to"] == "2037-06-08"


def test_a_wanted_side_that_is_not_there_is_asked_for() -> None:
    assert _together([("front", parse(back()))]).problems == ["这张是国徽面，还要人像面。请翻过来再拍一张。"]
    twice = _together([("front", parse(front())), ("back", parse(front()))])
    assert twice.problems == ["两张都是人像面，还要国徽面。请翻过来再拍一张。"]


def test_every_sentence_can_be_said_and_teaches() -> None:
    for trouble in Trouble:
        message = Problem.of(trouble, "人像面", "国徽面").message
        assert message.endswith("。")
        assert "请" in message
        assert "{" not in message
    assert set(SENTENCES) == set(Trouble)


def test_importing_the_adapter_loads_no_recogniser_into_a_web_process() -> None:
    ask = "import sys, reg.integrations.ocr as o; print(sorted({'rapidocr', 'onnxruntime', 'cv2', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert IdCardRead().fields == {}
