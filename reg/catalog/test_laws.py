"""Every law the catalogue names can be read by a citizen."""

import pytest

from reg.catalog.editions import editions
from reg.catalog.laws import basis_line, chinese_number, is_law, law_line, law_title, law_titles
from reg.catalog.rules import all_rules
from reg.catalog.source import CatalogueError


@pytest.mark.parametrize(
    ("short", "title"),
    [
        ("公司法10", "《公司法》第十条"),
        ("公司法230第2款", "《公司法》第二百三十条第二款"),
        ("公司法46(七)", "《公司法》第四十六条第（七）项"),
        ("公司法218-223", "《公司法》第二百一十八条至第二百二十三条"),
        ("公司法69/121/176", "《公司法》第六十九条、第一百二十一条、第一百七十六条"),
        ("条例33第4款", "《市场主体登记管理条例》第三十三条第四款"),
        ("细则46第1款(四)", "《市场主体登记管理条例实施细则》第四十六条第一款第（四）项"),
        ("外商投资法实施条例38", "《外商投资法实施条例》第三十八条"),
        ("国务院令784第2条", "《国务院关于实施〈中华人民共和国公司法〉注册资本登记管理制度的规定》第二条"),
        ("总局令88", "《防范和查处假冒企业登记违法行为规定》"),
        ("国市监注发〔2026〕5号", "《经营主体登记提交材料规范（2026年版）》（国市监注发〔2026〕5号）"),
    ],
)
def test_a_short_form_is_shown_in_full(short: str, title: str) -> None:
    assert law_title(short) == title


def test_places_in_one_law_stand_together_and_requirement_rows_are_left_out() -> None:
    assert law_line("公司法76；公司法77；R017；细则20第1款；公司法76") == (
        "《公司法》第七十六条、第七十七条；《市场主体登记管理条例实施细则》第二十条第一款"
    )
    assert law_titles(["R026-R032（申请案控制）", "K"]) == ()


@pytest.mark.parametrize("short", ["民诉法10", "公司法甲", "公司法10条之二", "R20"])
def test_an_unknown_law_or_place_is_an_error(short: str) -> None:
    with pytest.raises(CatalogueError):
        law_title(short)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (19, "十九"),
        (20, "二十"),
        (100, "一百"),
        (101, "一百零一"),
        (110, "一百一十"),
        (205, "二百零五"),
        (1005, "一千零五"),
        (1010, "一千零一十"),
        (1087, "一千零八十七"),
        (1260, "一千二百六十"),
    ],
)
def test_article_numbers_are_chinese(number: int, text: str) -> None:
    assert chinese_number(number) == text


def test_every_basis_of_rules_materials_offers_and_links_resolves() -> None:
    bases = {basis for rule in all_rules().values() for basis in rule.bases}
    for edition in editions():
        for kind, business in edition.catalogue.by_kind:
            bases |= {b for offer in edition.offers(kind, business) for b in offer.bases}
            bases |= {b for link in edition.catalogue.links.get((kind, business), ()) for b in link.bases}
        for kind in {kind for kind, _ in edition.catalogue.by_kind}:
            for business in edition.material_businesses():
                bases |= {b for line in edition.materials(kind, business) for b in line.bases}
    assert len(bases) > 200
    for basis in bases:
        assert not is_law(basis) or law_title(basis).startswith("《"), basis


def test_every_rule_names_a_law_or_a_requirement_row() -> None:
    for rule in all_rules().values():
        assert rule.bases, rule.code
        assert rule.law_line or any(not is_law(b) for b in rule.bases), rule.code


@pytest.mark.parametrize(
    ("bases", "read"),
    [
        (("公司法10", "R016"), "《公司法》第十条"),
        (("R114", "R115"), "登记机关的填报要求"),
        ((), ""),
    ],
)
def test_a_finding_rests_on_its_articles_or_on_what_the_authority_asks(bases: tuple[str, ...], read: str) -> None:
    assert basis_line(bases) == read
