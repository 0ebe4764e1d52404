"""Lists that staff keep: one enters, another approves, the next check knows. R104."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from foundation.audit.models import AuditEvent
from foundation.identity.actor import Forbidden
from reg.naming.checking import Outcome, name_check
from reg.naming.context import NameContext
from reg.naming.models import WordBatch
from reg.naming.parsing import parse
from reg.naming.wordlists import (
    WordsError,
    batches_waiting,
    lists_now,
    matcher_now,
    words_approve,
    words_decline,
    words_of,
    words_propose,
)
from reg.testing import staff

pytestmark = pytest.mark.django_db


def outcome(name: str) -> Outcome:
    return name_check(parse(name).parts, NameContext("llc"), day=date(2026, 11, 27), matcher=matcher_now()).outcome


def propose(*words: str, category: str = "superlative", what: str = "add", who: str = "shen1") -> WordBatch:
    return words_propose(actor=staff(who), category=category, what=what, words=words, reason="通知第 1 号")


@pytest.mark.row("R104", part="禁用词校验")
def test_a_word_counts_once_another_approved_it_and_not_before() -> None:
    assert outcome("上海至尊屿科技有限公司") is Outcome.FREE
    batch = propose("至尊")
    assert outcome("上海至尊屿科技有限公司") is Outcome.FREE
    words_approve(actor=staff("shen2"), number=batch.pk)
    assert outcome("上海至尊屿科技有限公司") is Outcome.FORBIDDEN
    out = propose("至尊", what="remove", who="shen2")
    words_approve(actor=staff("shen1"), number=out.pk)
    assert outcome("上海至尊屿科技有限公司") is Outcome.FREE
    assert (
        list(AuditEvent.objects.filter(obj_kind="words").order_by("pk").values_list("verb", flat=True))
        == [
            "words.propose",
            "words.approve",
        ]
        * 2
    )


def test_lists_that_come_empty_are_filled_by_the_authority() -> None:
    batch = propose("示例驰名", category="famous_mark")
    words_approve(actor=staff("shen2"), number=batch.pk)
    assert outcome("上海示例驰名科技有限公司") is Outcome.RESTRICTED


def test_nobody_approves_his_own_and_a_batch_is_decided_once() -> None:
    batch = propose("至尊")
    with pytest.raises(Forbidden):
        words_approve(actor=staff("shen1"), number=batch.pk)
    words_approve(actor=staff("shen2"), number=batch.pk)
    with pytest.raises(WordsError, match="处理过"):
        words_decline(actor=staff("shen3"), number=batch.pk, reason="不对")
    with pytest.raises(IntegrityError), transaction.atomic():
        WordBatch.objects.filter(pk=batch.pk).update(approved_by="shen1")


def test_a_declined_batch_changes_nothing_and_says_why() -> None:
    batch = propose("至尊")
    with pytest.raises(WordsError, match="哪里不对"):
        words_decline(actor=staff("shen2"), number=batch.pk, reason=" ")
    words_decline(actor=staff("shen2"), number=batch.pk, reason="没有依据")
    mine = propose("无双")
    assert words_decline(actor=staff("shen1"), number=mine.pk, reason="").closed_because == "提交的人撤回"
    assert batches_waiting() == []
    assert "至尊" not in lists_now()["superlative"].words


@pytest.mark.parametrize(
    ("words", "what", "said"),
    [
        ([], "add", "还没有写词"),
        (["最佳"], "add", "已经在"),
        (["至尊"], "remove", "不在"),
        (["A1"], "add", "汉字"),
        (["尊"], "add", "汉字"),
        (["至尊" * 11], "add", "汉字"),
    ],
)
def test_what_cannot_be_taken_is_named(words: list[str], what: str, said: str) -> None:
    with pytest.raises(WordsError) as wrong:
        propose(*words, what=what)
    assert said in wrong.value.message


def test_pasted_words_are_parted_whatever_stands_between() -> None:
    assert words_of("\ufeff至尊\n无双，绝顶、 盖世\t至尊,") == ["至尊", "无双", "绝顶", "盖世"]


@pytest.mark.row("R104", part="禁止控制与限制提示")
def test_a_place_that_means_something_else_is_looked_at_once_staff_says_so() -> None:
    assert outcome("上海兴隆科技有限公司") is Outcome.FORBIDDEN
    words_approve(actor=staff("shen2"), number=propose("兴隆", category="alt_meaning_whitelist", who="shen1").pk)
    assert outcome("上海兴隆科技有限公司") is Outcome.RESTRICTED
