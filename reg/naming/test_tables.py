"""naming_compare and naming_check as an operator runs them: one line a row, in order. R104."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def run(command: str, folder: Path, text: str, capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    file = folder / "names.csv"
    file.write_text(text, "utf-8-sig")
    call_command(command, str(file))
    return list(csv.reader(io.StringIO(capsys.readouterr().out)))


def test_pairs_are_compared_row_by_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "name_a,industry_a,name_b,industry_b\n"
        "上海星岚科技有限公司,7519 其他技术推广服务,星岚（上海）科技有限公司,7519 其他技术推广服务\n"
        "上海星岚科技有限公司,7519 其他技术推广服务,上海兴澜科技有限公司,7519 其他技术推广服务\n"
        "上海星岚科技有限公司,7519 其他技术推广服务,上海墨舟餐饮有限公司,6210 正餐服务\n"
    )
    lines = run("naming_compare", tmp_path, text, capsys)
    assert [line[4:] for line in lines] == [["相同", "S02"], ["相近", "P02"], ["不同", ""]]
    assert lines[1][2] == "上海兴澜科技有限公司"


def test_names_are_checked_row_by_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "name,entity_type\n上海砚屿科技有限公司,有限责任公司\n上海雷锋科技有限公司,1130\n上海砚屿,有限责任公司\n"
    lines = run("naming_check", tmp_path, text, capsys)
    assert [line[2] for line in lines] == ["通过", "禁止", "格式错误"]
    assert [line[3][:4] for line in lines] == ["", "N091", "N010"]


@pytest.mark.parametrize("content", [b"name\nx\n", "name,entity_type\n上海".encode("utf-16"), None])
def test_a_file_that_is_no_such_table_is_refused_with_a_sentence(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "names.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=r"缺少列|不是 UTF-8|没有这个文件"):
        call_command("naming_check", str(file))
