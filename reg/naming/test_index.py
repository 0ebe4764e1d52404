"""The index: every pair that the rules call same or similar is found through its keys. R104."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from reg.naming.comparison import Compared, Kind, Standing, compare
from reg.naming.index import labels, name_drop, name_file, names_near
from reg.naming.keys import keys_of
from reg.naming.models import IndexedName, NameKey
from reg.naming.parsing import parse
from reg.naming.tables import rows_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 27)


def near(name: str, small_class: str = "", but: Iterable[int] = (), related: Iterable[str] = ()) -> dict[str, str]:
    found = names_near(parse(name, small_class).parts, day=DAY, but=but, related=related)
    return {hit.written: hit.verdict.rule for hit in (*found.same, *found.similar)}


@pytest.mark.row("R104", part="相同名称列出并拦截")
@pytest.mark.row("R104", part="相近名称列出并提示风险")
def test_every_labelled_pair_that_is_the_same_or_near_is_found_by_the_index() -> None:
    """The keys lose nothing that the comparison would tell."""
    rows = rows_of(Path(__file__).parent / "labelled/pairs.csv", ("name_a", "industry_a", "name_b", "industry_b"))
    for row in rows:
        wish = parse(row["name_a"], row["industry_a"][:4]).parts
        other = parse(row["name_b"], row["industry_b"][:4]).parts
        verdict = compare(Compared(wish), Compared(other))
        one = name_file(other)
        found = names_near(wish, day=DAY)
        hits = {hit.name_id: hit.verdict for hit in (*found.same, *found.similar)}
        assert hits.get(one.pk) == (verdict if verdict.rule else None), row
        name_drop(one)
    assert not NameKey.objects.exists()


def test_what_is_over_no_longer_counts() -> None:
    wish = parse("上海星岚科技有限公司").parts
    name_file(wish, standing=Standing.FORMER, until=DAY)
    assert near("上海星岚科技有限公司") == {"上海星岚科技有限公司": "S01"}
    assert near("上海星岚技术有限公司", "7519") == {"上海星岚科技有限公司": "S05"}
    IndexedName.objects.update(until=DAY - timedelta(days=1))
    assert near("上海星岚科技有限公司") == {}


def test_investment_lifts_the_same_trade_name_but_not_the_same_name() -> None:
    name_file(parse("上海星岚科技有限公司").parts, uscc="91310115MAXX00015T")
    kin = {"91310115MAXX00015T"}
    assert near("上海星岚科技有限责任公司") == {"上海星岚科技有限公司": "S03"}
    assert "S03" not in near("上海星岚科技有限责任公司", related=kin).values()
    assert near("上海星岚科技有限公司", related=kin) == {"上海星岚科技有限公司": "S01"}


def test_own_names_and_other_cities_are_left_out() -> None:
    one = name_file(parse("上海星岚科技有限公司").parts)
    name_file(parse("上海兴澜科技有限公司").parts, scope="330100")
    assert near("上海星岚科技有限公司", but=[one.pk]) == {}


def test_a_crowd_of_the_same_sound_hides_no_identical_name() -> None:
    """相同 is asked for without a limit: one of a thousand names of one sound is still seen."""
    base = parse("上海星岚科技有限公司").parts
    crowd = [
        replace(base, trade="兴蓝", industry=f"科技{'甲乙丙丁戊己庚辛壬癸'[n % 10]}", form=f"厂{n}") for n in range(700)
    ]
    names = IndexedName.objects.bulk_create(
        IndexedName(
            written=one.full,
            region=one.region,
            trade=one.trade,
            industry=one.industry,
            form=one.form,
            order=one.order,
            small_class="7519",
        )
        for one in crowd
    )
    rows = []
    for name, one in zip(names, crowd, strict=True):
        division, meaning, vague = labels(Compared(one))
        rows += [
            NameKey(key=value, division=division, meaning=meaning, vague=vague, name_id=name.pk)
            for value in keys_of(Compared(one)).stored()
        ]
    NameKey.objects.bulk_create(rows)
    name_file(base)
    found = names_near(parse("星岚（上海）科技有限公司").parts, day=DAY)
    assert [hit.written for hit in found.same] == ["上海星岚科技有限公司"]
    assert found.more > 0
    assert all(hit.verdict.kind is Kind.SIMILAR for hit in found.similar)
