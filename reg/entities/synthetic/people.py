"""Invented people: the k-th person of a seed."""

from __future__ import annotations

from functools import lru_cache
from random import Random
from typing import Any

from reg.catalog.id_numbers import ric_facts
from reg.entities.synthetic.numbers import resident_number
from reg.entities.synthetic.words import words


@lru_cache(maxsize=20_000)
def person(seed: int, k: int) -> dict[str, Any]:
    """The person field group as the register stores it. Shared: copy it before changing it."""
    rng = Random(f"{seed}/person/{k}")  # noqa: S311 -- invented people, not secrets
    lists = words()
    name = lists.surnames.draw(rng) + "".join(lists.given.draw(rng) for _ in range(rng.choices((1, 2), (25, 75))[0]))
    number = resident_number(k, male=rng.random() < 0.57)
    facts = ric_facts(number)
    if facts is None:
        raise ValueError(number)
    valid_from = rng.randint(2014, 2025)
    lifelong = valid_from - facts.birth_date.year > 45
    return {
        "name": name,
        "id_type": "10",
        "id_number": number,
        "gender": facts.gender,
        "birth_date": facts.birth_date.isoformat(),
        "nationality": "CHN",
        "ethnicity": rng.choices(("汉族", "回族", "满族", "壮族", "蒙古族"), (96, 1, 1, 1, 1))[0],
        "residence": f"上海市示例区样板路{rng.randint(1, 3999)}弄{rng.randint(1, 99)}号{rng.randint(101, 2904)}室",
        "mobile": f"1990000{rng.randint(0, 9999):04d}",
        "email": f"p{k}@example.com",
        "id_valid_to": "长期" if lifelong else f"{valid_from + 20}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
    }
