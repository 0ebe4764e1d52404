"""Citations keep together, are links where their place is known, and never let markup through."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import mark_safe

from foundation.ui.law import law


def somewhere(title: str, article: str) -> str | None:
    return f"/law/1?a={article}&b=2" if title == "公司法" else None


def test_an_article_does_not_break_off_its_number() -> None:
    assert law("依据《公司法》第十条") == '依据《公司法》<span class="nw">第十条</span>'


def test_a_law_whose_place_is_known_is_a_link(settings: Any) -> None:
    settings.UI_LAW_URL = f"{__name__}.somewhere"
    shown = law("《公司法》第十条，《市场主体登记管理条例》第二十七条")
    assert '<a href="/law/1?a=第十条&amp;b=2" rel="noopener">《公司法》<span class="nw">第十条</span></a>' in shown
    assert shown.count("<a ") == 1


def test_paragraphs_and_inserted_articles_belong_to_the_citation() -> None:
    assert '<span class="nw">第一百四十六条第一款</span>' in law("《公司法》第一百四十六条第一款")
    assert '<span class="nw">第二十四条之一</span>' in law("《某条例》第二十四条之一")


def test_markup_in_a_sentence_is_text() -> None:
    shown = law("<script>alert(1)</script>《公司法》第十条<img onerror=x>")
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown


def test_what_its_author_marked_safe_stays() -> None:
    assert law(mark_safe("<b>好</b>《公司法》第十条")) == "<b>好</b>《公司法》第十条"
    assert law(None) == ""
