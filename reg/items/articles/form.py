"""What is asked about the amended articles (R019: 章程制定日期、章程修改日期、修订条款) and the decision that amends them.

Which fields there are depends on the company (who decides) and on the case (which clauses change); both stand in the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self

from foundation import clock
from foundation.ui.parts import Section
from reg.items.articles import decision
from reg.items.articles.clauses import TOPICS
from reg.items.articles.decision import MEETING, NEEDED_WORDS, SOLE, STATE, VOTES, WRITTEN
from reg.items.kit.fields import Choice, Count, Day, Text
from reg.items.kit.form import ItemForm, Payload, as_text

FIRST_COMPANY_LAW = date(1993, 12, 29)
"""No articles under the company law are older."""
MODES = ((MEETING, "开股东会会议，表决通过"), (WRITTEN, "全体股东书面一致同意，不开会"))
MEETING_FIELDS = ("place", "host", "threshold", "votes_for", "votes_against", "votes_abstain")
MOST_VOTES = 1_000_000_000_000


class ArticlesForm(ItemForm):
    """章程修改情况."""

    follows: ClassVar = frozenset({"resolution", "clauses", "adopted_on", "names_legal_representative", "revision"})

    mode = Choice("怎么决定的", MODES, radio=True)
    held_on = Day(
        "作出决议、决定的日期",
        hint="股东会开会，或者作出书面决定的那一天",
        earliest=lambda: FIRST_COMPANY_LAW,
        latest=clock.today,
    )
    place = Text("会议地点", required=False, max_length=80, hint="例如 公司会议室")
    host = Text("会议主持人", required=False, max_length=60, hint="一般是董事长；不设董事会的是董事")
    threshold = Choice(
        "章程要求多少表决权同意", NEEDED_WORDS, hint="修改章程，公司法要求三分之二以上；公司章程要求更高的照章程"
    )
    votes_for = Count("同意的表决权数", most=MOST_VOTES, hint="按股份数填")
    votes_against = Count("反对的表决权数", most=MOST_VOTES, hint="没有填 0")
    votes_abstain = Count("弃权的表决权数", most=MOST_VOTES, hint="没有填 0")
    amended_on = Day(
        "章程修改日期", required=False, hint="和上面是同一天的，不用填", earliest=lambda: FIRST_COMPANY_LAW
    )
    adopted_on = Day(
        "现行章程制定日期", hint="登记簿里没有，照公司章程落款的日期填", earliest=lambda: FIRST_COMPANY_LAW
    )

    def __init__(self, *args: Any, plan: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan: Mapping[str, Any] = plan or {}
        self.resolution: Mapping[str, Any] = self.plan.get("resolution") or {}
        self.shown_as: dict[str, dict[str, Any]] = {}
        self.field_options = self.shown_as  # type: ignore[misc]  # as the fields, of this very case
        if plan is not None:
            self._leave_out()
            self._add_votes()
            self._add_clauses()
            self.sections = self._cards()  # type: ignore[misc]  # the cards follow the fields of this very case

    @classmethod
    def show(cls, payload: Mapping[str, Any], **kwargs: Any) -> Self:
        return cls(plan=payload, initial=flat(payload), **kwargs)

    @classmethod
    def read(cls, payload: Mapping[str, Any], **kwargs: Any) -> Self:
        return cls(plan=payload, data=flat(payload), initial=flat(payload), **kwargs)

    @classmethod
    def receive(cls, posted: Mapping[str, Any], saved: Mapping[str, Any], **kwargs: Any) -> Self:
        return cls(plan=saved, data=posted, initial=flat(saved), **kwargs)

    # ---- which fields ----

    @property
    def alone(self) -> bool:
        """One decides: no meeting, no votes."""
        return self.resolution.get("kind") in {SOLE, STATE}

    @property
    def voters(self) -> list[Mapping[str, Any]]:
        return list(self.resolution.get("voters") or ())

    def _leave_out(self) -> None:
        gone: set[str] = set()
        if self.alone:
            gone |= {"mode", *MEETING_FIELDS}
        if not self.resolution.get("may_write"):
            gone.add("mode")
        if self.voters:
            gone |= {"votes_for", "votes_against", "votes_abstain"}
        if self.plan.get("adopted_known"):
            gone.add("adopted_on")
        for name in gone:
            self.fields.pop(name, None)

    def _add_votes(self) -> None:
        for place, row in enumerate([] if self.alone else self.voters):
            label = f"{row['name']}（表决权 {row['ratio']}%）"
            self.fields[f"vote_{place}"] = Choice(label, VOTES, radio=True, required=False)
            self.shown_as[f"vote_{place}"] = {"row": True}

    def _add_clauses(self) -> None:
        for clause in self.plan.get("clauses") or ():
            stem = f"clause_{clause['topic']}"
            if not clause.get("known"):
                self.fields[f"{stem}_no"] = Text("第几条", max_length=20, hint="照公司章程写，例如 第三条")
                self.fields[f"{stem}_before"] = Text("原来的条文", max_length=1000, rows=3, hint="照公司章程抄写")
            else:
                self.fields[f"{stem}_before"] = Text("原来的条文", max_length=1000, rows=3, required=False)
                self.fields[f"{stem}_before"].disabled = True
                self.shown_as[f"{stem}_before"] = {"source": "register"}
            self.fields[f"{stem}_after"] = Text("改成", max_length=1000, rows=4, hint="系统按您填的内容写好，可以改")
            own = clause.get("after") != clause.get("composed")
            self.shown_as[f"{stem}_after"] = {"source": "own" if own else "computed"}

    def _cards(self) -> tuple[Section, ...]:
        decided = [name for name in ("mode", "held_on", "amended_on", "adopted_on") if name in self.fields]
        title = decision.TITLES.get(str(self.resolution.get("kind")), "决议")
        note = "书面一致同意的不用填" if "mode" in self.fields else ""
        meeting = [name for name in ("place", "host") if name in self.fields]
        votes = [name for name in self.fields if name.startswith(("vote_", "votes_"))]
        asked = ["threshold", *votes] if votes else []
        cards = [Section(title if not self.resolution.get("may_write") else "决议、决定", tuple(decided))]
        cards += [Section("会议", tuple(meeting), note=note)] if meeting else []
        cards += [Section("表决", tuple(asked), note=note)] if asked else []
        return (*cards, *(self._clause_card(clause) for clause in self.plan.get("clauses") or ()))

    def _clause_card(self, clause: Mapping[str, Any]) -> Section:
        topic = str(clause["topic"])
        rows = tuple(f"clause_{topic}_{part}" for part in ("no", "before", "after"))
        named = clause_words(clause)
        return Section(
            f"修改{named}" if named else "修改章程", tuple(r for r in rows if r in self.fields), TOPICS[topic]
        )

    # ---- what is right ----

    def clean(self) -> dict[str, Any]:
        values = dict(super().clean() or {})
        meets = not self.alone and values.get("mode", MEETING) == MEETING
        for place, row in enumerate(self.voters if meets else ()):
            if not values.get(f"vote_{place}"):
                self.add_error(f"vote_{place}", f"请选{row['name']}是不是同意。")
        if not meets:
            for name in ("threshold", "place", "host"):
                self.errors.pop(name, None)
        return values

    def payload(self) -> Payload:
        """The answer as papers and register read it: the decision with its votes, the clauses before and after."""
        typed = super().payload()
        clauses = [_clause_after(clause, typed) for clause in self.plan.get("clauses") or ()]
        return {
            **self.plan,
            "adopted_on": typed.get("adopted_on", self.plan.get("adopted_on") or ""),
            "amended_on": typed.get("amended_on") or typed.get("held_on") or "",
            "amended_with_decision": not typed.get("amended_on"),
            "resolution": self._resolution_after(typed),
            "clauses": clauses,
        }

    def _resolution_after(self, typed: Payload) -> dict[str, Any]:
        before = dict(self.resolution)
        if self.alone:
            return {**before, "held_on": typed.get("held_on") or ""}
        mode = str(typed.get("mode") or (MEETING if "mode" not in self.fields else ""))
        told = {name: typed.get(name) or "" for name in ("held_on", "place", "host", "threshold")}
        kind = WRITTEN if mode == WRITTEN else MEETING
        rows = [{**row, "vote": typed.get(f"vote_{place}") or ""} for place, row in enumerate(self.voters)]
        counted = decision.tally(rows, kind) if rows else _counted(typed)
        return {**before, **told, "mode": mode, "kind": kind, "voters": rows, **counted}


def clause_words(clause: Mapping[str, Any]) -> str:
    """章程第三条; 章程第三条第二款 stays as it is written."""
    written = str(clause.get("clause_no") or "").strip()
    return f"章程第 {written} 条" if written.isdigit() else f"章程{written}" if written else ""


def _clause_after(clause: Mapping[str, Any], typed: Payload) -> dict[str, Any]:
    stem = f"clause_{clause['topic']}"
    told = {"after": typed.get(f"{stem}_after") or ""}
    if not clause.get("known"):
        told |= {"clause_no": typed.get(f"{stem}_no") or "", "before": typed.get(f"{stem}_before") or ""}
    return {**clause, **told}


def _counted(typed: Payload) -> dict[str, Any]:
    """Votes as typed; those present are all who voted or abstained."""
    names = ("votes_for", "votes_against", "votes_abstain")
    told = {name: str(typed.get(name) if typed.get(name) is not None else "") for name in names}
    total = sum((decision.number(value) for value in told.values()), decision.number(0))
    return {**told, "votes_total": decision.plain(total) if any(told.values()) else ""}


def flat(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The answer as fields of the form."""
    resolution = payload.get("resolution") or {}
    names = ("mode", "held_on", "place", "host", "threshold", "votes_for", "votes_against", "votes_abstain")
    fields: dict[str, Any] = {name: resolution.get(name, "") for name in names}
    fields["adopted_on"] = payload.get("adopted_on", "")
    fields["amended_on"] = "" if payload.get("amended_with_decision") else payload.get("amended_on", "")
    for place, row in enumerate(resolution.get("voters") or ()):
        fields[f"vote_{place}"] = row.get("vote", "")
    for clause in payload.get("clauses") or ():
        stem = f"clause_{clause['topic']}"
        fields |= {f"{stem}_no": clause.get("clause_no", ""), f"{stem}_before": clause.get("before", "")}
        fields[f"{stem}_after"] = clause.get("after", "")
    return as_text(fields)
