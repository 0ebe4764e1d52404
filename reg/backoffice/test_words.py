"""名称词表 as pages: proposed, imported, checked. R104."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from reg.backoffice.testing import desk_of, text
from reg.naming.models import WordBatch
from reg.naming.wordlists import lists_now

pytestmark = pytest.mark.django_db
PAGE = "/desk/words/superlative"


def test_a_file_is_imported_by_one_and_approved_by_another() -> None:
    maker, checker = desk_of("shen1"), desk_of("shen2")
    file = SimpleUploadedFile("words.csv", "至尊\n无双\n".encode("utf-8-sig"))
    said = {"what": "add", "words": "绝顶", "file": file, "reason": "通知第 1 号"}
    assert maker.post(PAGE, said).status_code == 302
    batch = WordBatch.objects.get()
    assert batch.words == ["绝顶", "至尊", "无双"]
    assert "要由另一位同事复核" in text(maker.get(PAGE))
    assert "1 批待复核" in text(checker.get("/desk/words"))
    maker.post(f"/desk/words/batches/{batch.pk}", {"do": "approve"})
    assert "至尊" not in lists_now()["superlative"].words
    checker.post(f"/desk/words/batches/{batch.pk}", {"do": "approve"})
    assert "至尊" in lists_now()["superlative"].words
    page = text(checker.get(f"{PAGE}?q=至尊"))
    assert "至尊" in page
    assert "已生效" in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"words": "", "reason": "x"}, "还没有写词"),
        ({"words": "至尊", "reason": ""}, "依据"),
        ({"words": "最佳", "reason": "x"}, "已经在词表里：最佳"),
        ({"file": SimpleUploadedFile("a.txt", "至尊".encode("utf-16")), "reason": "x"}, "不是 UTF-8"),
        ({"file": SimpleUploadedFile("a.txt", b"x" * (2 << 20)), "reason": "x"}, "超过 1 MB"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(said: dict[str, object], sentence: str) -> None:
    answer = desk_of("shen1").post(PAGE, {"what": "add", **said})
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not WordBatch.objects.exists()


def test_a_list_nobody_knows_is_not_there() -> None:
    assert desk_of("shen1").get("/desk/words/nothing").status_code == 404
