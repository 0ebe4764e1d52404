"""The way of a case: every step with its time, signatures gathered by signer."""

from __future__ import annotations

import pytest

from reg.casefile.services import step_add
from reg.cases.services import case_open
from reg.cases.told import case_told
from reg.testing import company, person

pytestmark = pytest.mark.django_db


def test_what_one_signs_in_a_row_is_one_line_and_what_others_do_between_is_kept() -> None:
    case = case_open(actor=person("P01"), entity=company("C01"), chosen=["liaison"])
    for who, text in (
        ("张示例", "《股东会决议》已签名"),
        ("张示例", "《章程修正案》已签名"),
        ("上海星岚示例科技有限公司", "《章程修正案》已盖章"),
        ("张示例", "《联络员信息表》已签名"),
    ):
        step_add(case, "signed", text, who)
    step_add(case, "sign_refused", "《章程修正案》不同意签：写错了", "卫甲")
    lines = case_told(case)
    assert [(line.title, line.who) for line in lines[1:]] == [
        ("签名 2 份", "张示例"),
        ("盖章 1 份", "上海星岚示例科技有限公司"),
        ("签名 1 份", "张示例"),
        ("《章程修正案》不同意签：写错了", "卫甲"),
    ]
    assert lines[1].papers == ["《股东会决议》", "《章程修正案》"]
    assert [line.at for line in lines] == sorted(line.at for line in lines)
