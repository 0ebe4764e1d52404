"""禁限用字词 in force: the delivered lists with what staff put in and took out. One enters, another approves, effect at once.

R104; 名称规定11: 登记机关维护字词库. Every change stays with who entered and who approved it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import connection, transaction

from foundation import audit, clock
from foundation.identity.actor import Actor, Forbidden
from reg.catalog.names import WordList, seeded_words
from reg.naming.models import WordBatch
from reg.naming.text import HAN
from reg.naming.words import CATEGORY_WORDS, Matcher

MOST_WORDS, LONGEST = 2000, 20
EXTRA = {
    "famous_mark": WordList("famous_mark", "restrict", "trade", ()),
    "known_trade": WordList("known_trade", "restrict", "trade", ()),
    "prohibited_industry": WordList("prohibited_industry", "forbid", "contains", ()),
}
"""Lists that only the authority can fill (N031, N092, N095)."""
_lock = threading.Lock()
_known: tuple[tuple[int, int], Matcher] | None = None


class WordsError(Exception):
    """A change of a list cannot be made; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


# reading


def lists_now() -> Mapping[str, WordList]:
    """Every list as it is in force, by category."""
    found = {one.category: one for one in seeded_words()} | {
        category: one for category, one in EXTRA.items() if category not in {seed.category for seed in seeded_words()}
    }
    for batch in WordBatch.objects.exclude(approved_at=None).order_by("approved_at", "pk"):
        if batch.category in found:
            one = found[batch.category]
            found[batch.category] = replace(one, words=_applied(one.words, batch))
    return found


def _applied(words: tuple[str, ...], batch: WordBatch) -> tuple[str, ...]:
    if batch.what == WordBatch.What.ADD:
        return tuple(dict.fromkeys((*words, *batch.words)))
    gone = set(batch.words)
    return tuple(word for word in words if word not in gone)


def matcher_now() -> Matcher:
    """The lists in force, ready for matching. Asks once a check whether anything was approved since."""
    global _known
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), coalesce(max(id), 0) FROM naming_wordbatch WHERE approved_at IS NOT NULL")
        count, last = cursor.fetchone()
    version = (int(count), int(last))
    with _lock:
        if _known is None or _known[0] != version:
            _known = (version, Matcher.of(tuple(lists_now().values())))
        return _known[1]


def batches_waiting(category: str = "") -> list[WordBatch]:
    """What waits for a checker, the oldest first."""
    waiting = WordBatch.objects.filter(approved_at=None, closed_at=None).order_by("pk")
    return list(waiting.filter(category=category) if category else waiting)


# writing


def words_of(text: str) -> list[str]:
    """Words typed or pasted, one a line or parted by commas; blanks around them do not count."""
    parts = text.replace("，", "\n").replace(",", "\n").replace("、", "\n").replace("\t", "\n").splitlines()
    return list(dict.fromkeys(word.strip().lstrip("\ufeff") for word in parts if word.strip()))


@transaction.atomic
def words_propose(*, actor: Actor, category: str, what: str, words: Iterable[str], reason: str) -> WordBatch:
    """提交: put words into a list or take them out; waits for a checker. WordsError names every word that cannot be taken."""
    listed = lists_now().get(category)
    wanted = list(dict.fromkeys(words))
    if listed is None:
        raise WordsError("没有这个词表。")
    if not wanted:
        raise WordsError("还没有写词。一行写一个。")
    if len(wanted) > MOST_WORDS:
        raise WordsError(f"一次最多 {MOST_WORDS} 个词，现在有 {len(wanted)} 个，请分几次提交。")
    if not reason.strip():
        raise WordsError("请写明依据，好让同事复核。")
    bad = [word for word in wanted if not (2 <= len(word) <= LONGEST and all(HAN.match(ch) for ch in word))]
    if bad:
        raise WordsError(f"这些不是 2 至 {LONGEST} 个汉字：{_some(bad)}。")
    adds = what == WordBatch.What.ADD
    odd = [word for word in wanted if (word in listed.words) == adds]
    if odd:
        raise WordsError(f"这些词{'已经在' if adds else '不在'}词表里：{_some(odd)}。")
    batch = WordBatch.objects.create(
        category=category,
        what=WordBatch.What(what),
        words=wanted,
        reason=reason.strip()[:200],
        entered_by=actor.ref,
        entered_at=clock.now(),
    )
    audit.record(actor, "words.propose", "words", category, version=batch.pk, count=len(wanted))
    return batch


def _some(words: list[str]) -> str:
    return "、".join(words[:5]) + (f" 等 {len(words)} 个" if len(words) > 5 else "")


@transaction.atomic
def words_approve(*, actor: Actor, number: int) -> WordBatch:
    """批准: in force from the next check on. Never by who entered it."""
    batch = _to_decide(number)
    if batch.entered_by == actor.ref:
        raise Forbidden("自己提交的要由另一位同事复核。")
    batch.approved_by, batch.approved_at = actor.ref, clock.now()
    batch.save(update_fields=["approved_by", "approved_at"])
    audit.record(actor, "words.approve", "words", batch.category, version=batch.pk, count=len(batch.words))
    return batch


@transaction.atomic
def words_decline(*, actor: Actor, number: int, reason: str) -> WordBatch:
    """不批准, with the reason; its maker takes it back with this too."""
    batch = _to_decide(number)
    mine = batch.entered_by == actor.ref
    if not mine and not reason.strip():
        raise WordsError("请写明哪里不对，好让同事改。")
    batch.closed_by, batch.closed_at = actor.ref, clock.now()
    batch.closed_because = "提交的人撤回" if mine else reason.strip()[:200]
    batch.save(update_fields=["closed_by", "closed_at", "closed_because"])
    verb = "words.withdraw" if mine else "words.decline"
    audit.record(actor, verb, "words", batch.category, version=batch.pk)
    return batch


def _to_decide(number: int) -> WordBatch:
    batch = WordBatch.objects.select_for_update().filter(pk=number).first()
    if batch is None or not batch.waits:
        raise WordsError("这一批刚刚有人处理过，请看过现在的内容再定。")
    return batch


def category_words(category: str) -> str:
    """The Chinese name of a list."""
    return CATEGORY_WORDS.get(category, category)
