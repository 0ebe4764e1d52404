"""One template for every field: label, hint, error and their wiring; dates in three boxes; numbers that stay masked."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django import forms
from django.forms.boundfield import BoundField
from django.template import Context, Template

from foundation.ui.dates import LONG_TERM
from foundation.ui.forms import DateField, MaskedCharField, PlainForm
from foundation.ui.gallery import FICTION, GalleryForm

HOSTILE = '"><script>alert(1)</script>&'
EVIL = "<script>"


def shown(bound: BoundField, **options: Any) -> str:
    given = " ".join(f"{name}=o.{name}" for name in options)
    return Template("{% load q %}{% field b " + given + " %}").render(Context({"b": bound, "o": options}))


def wrong(**answers: Any) -> GalleryForm:
    form = GalleryForm(answers, initial=FICTION)
    assert not form.is_valid()
    return form


def ids(html: str) -> list[str]:
    return re.findall(r'\bid="([^"]*)"', html)


def attribute(html: str, tag: str, name: str) -> str:
    found = re.search(rf"<{tag}\b[^>]*\b{name}=\"([^\"]*)\"", html)
    return found[1] if found else ""


def test_the_label_stands_above_and_belongs_to_the_control() -> None:
    html = shown(GalleryForm()["name"])
    assert '<label for="id_name">姓名</label>' in html
    assert html.index("<label") < html.index("<input")
    assert attribute(html, "input", "id") == "id_name"
    assert "选填" not in html


def test_what_may_stay_empty_says_so() -> None:
    assert "<i>选填</i>" in shown(GalleryForm()["email"])


def test_an_error_is_tied_to_its_control_and_heard_before_the_hint() -> None:
    html = shown(wrong()["mobile"])
    assert attribute(html, "input", "aria-invalid") == "true"
    assert attribute(html, "input", "aria-describedby") == "id_mobile_error id_mobile_helptext"
    assert {"id_mobile_error", "id_mobile_helptext"} <= set(ids(html))
    assert "is-err" in html
    assert "请填写手机号码" in html


def test_a_field_without_error_is_tied_to_its_hint_only() -> None:
    html = shown(GalleryForm()["mobile"])
    assert attribute(html, "input", "aria-describedby") == "id_mobile_helptext"
    assert "aria-invalid" not in html


def test_a_group_carries_its_error_on_the_fieldset() -> None:
    html = shown(wrong()["appointed"])
    assert attribute(html, "fieldset", "aria-describedby") == "id_appointed_error"
    assert html.count('type="radio"') == 3
    assert "<legend" in html
    assert "请选择产生方式" in html


def test_every_kind_of_field_is_rendered_once_with_unique_ids() -> None:
    form = GalleryForm(initial=FICTION)
    html = Template("{% load q %}{% form_cards form %}").render(Context({"form": form}))
    assert len(ids(html)) == len(set(ids(html)))
    for name in form.fields:
        assert f'id="id_{name}_field"' in html
    controls = ["<select", "<textarea", 'type="radio"', 'type="checkbox"', 'type="file"', 'name="valid_to_month"']
    assert all(control in html for control in controls)


def test_the_source_is_said_in_words() -> None:
    assert "来源：登记簿" in shown(GalleryForm()["email"], source="register")
    assert "来源：证件识别" in shown(GalleryForm()["name"])
    assert "来源" not in shown(GalleryForm()["capital"])


def test_a_computed_value_is_plain_with_a_lock_and_cannot_be_sent() -> None:
    html = shown(GalleryForm(initial=FICTION)["born"])
    assert "1992年4月4日" in html
    assert "<input" not in html
    assert "按身份证号码算出" in html
    chosen = shown(GalleryForm(initial=FICTION)["ethnicity"], computed=True)
    assert "汉族" in chosen
    assert "<select" not in chosen


def test_a_masked_value_is_seen_as_stars_and_heard_as_its_tail() -> None:
    html = shown(GalleryForm(initial=FICTION)["mobile"], computed=True, mask="mobile", unmask_url="/x")
    assert '<span class="q-sr">手机尾号 0004</span>' in html
    assert "199****0004" in html
    assert FICTION["mobile"] not in html
    assert '<a class="q-link" href="/x">看全号</a>' in html


@pytest.mark.parametrize("name", ["name", "residence", "mobile", "capital", "position", "valid_to"])
def test_typed_markup_comes_back_as_text(name: str) -> None:
    form = wrong(**{name: HOSTILE, f"{name}_year": HOSTILE})
    html = shown(form[name])
    assert EVIL not in html


def test_markup_in_words_of_a_field_is_text() -> None:
    class Hostile(PlainForm):
        code = forms.ChoiceField(
            label=HOSTILE, help_text=HOSTILE, choices=[(HOSTILE, HOSTILE), ("组", [("a", HOSTILE)])]
        )
        picked = forms.MultipleChoiceField(choices=[(HOSTILE, HOSTILE)], widget=forms.CheckboxSelectMultiple)

    form = Hostile({})
    for name in ("code", "picked"):
        assert EVIL not in shown(form[name], source=HOSTILE, unit=HOSTILE, data_x=HOSTILE)
    assert EVIL not in Template("{% load q %}{% errors form %}").render(Context({"form": form}))


def test_a_password_is_never_written_back() -> None:
    class LogIn(PlainForm):
        password = forms.CharField(label="密码", widget=forms.PasswordInput)

    assert "geheim" not in shown(LogIn({"password": "geheim"})["password"])


def test_grouped_choices_keep_their_groups_and_the_chosen_one() -> None:
    class Town(PlainForm):
        town = forms.ChoiceField(
            label="街道", choices=[("", "请选择"), ("黄浦区", [("1", "外滩街道"), ("2", "豫园街道")])]
        )

    html = shown(Town({"town": "2"})["town"])
    assert (
        '<optgroup label="黄浦区"><option value="1">外滩街道</option><option value="2" selected>豫园街道</option>'
        in html
    )


def test_forms_speak_plainly_and_authors_keep_their_own_words() -> None:
    class Person(PlainForm):
        name = forms.CharField(label="姓名", max_length=3)
        count = forms.IntegerField(label="董事人数", min_value=1)
        mail = forms.EmailField(label="电子邮箱", error_messages={"invalid": "这不是邮箱"})
        seen = forms.BooleanField(label="我读过了")

    form = Person({"name": "一二三四", "count": "0", "mail": "x"})
    assert form.errors["name"] == ["最多 3 个字，现在有 4 个"]
    assert form.errors["count"] == ["不能小于 1"]
    assert form.errors["mail"] == ["这不是邮箱"]
    assert form.errors["seen"] == ["请勾选“我读过了”"]
    assert Person({"count": "三"}).errors["count"] == ["董事人数要填数字"]


# ---- dates in three boxes ----


class Valid(PlainForm):
    day = DateField(label="有效期", long_term=True, earliest=date(2026, 1, 1), latest=date(2060, 12, 31))


def parts(year: str, month: str, day: str) -> dict[str, str]:
    return {"day_year": year, "day_month": month, "day_day": day}


def test_three_boxes_make_a_day() -> None:
    form = Valid(parts("2036", "04", " 5 "))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == date(2036, 4, 5)


@pytest.mark.parametrize("pasted", ["2036年4月5日", "2036-04-05", "2036.4.5", "20360405"])
def test_a_whole_day_may_be_pasted_into_the_first_box(pasted: str) -> None:
    form = Valid(parts(pasted, "", ""))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == date(2036, 4, 5)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("2036", "2", "30"), "没有 2036年2月30日这一天，请检查年、月、日"),
        (("2036", "", "3"), "请把年、月、日填全"),
        (("36", "4", "5"), "请填 4 位数的年份，例如 2026"),
        (("2036", "四", "5"), "没有 2036年四月5日这一天，请检查年、月、日"),
        (("2025", "12", "31"), "不能早于 2026年1月1日"),
        (("2061", "1", "1"), "不能晚于 2060年12月31日"),
        (("", "", ""), "请填写有效期"),
    ],
)
def test_what_is_no_day_is_explained_and_shown_again(typed: tuple[str, str, str], sentence: str) -> None:
    form = Valid(parts(*typed))
    assert form.errors["day"] == [sentence]
    html = shown(form["day"])
    for part, word in zip(("year", "month", "day"), typed, strict=True):
        assert f'name="day_{part}" value="{word}"' in html
    assert html.count('aria-invalid="true"') == 3


def test_a_limit_is_inside() -> None:
    assert Valid(parts("2026", "1", "1")).is_valid()
    assert Valid(parts("2060", "12", "31")).is_valid()


def test_a_paper_without_end_is_said_by_one_tick() -> None:
    form = Valid({**parts("2036", "4", "5"), "day_long": "1"})
    assert form.is_valid()
    assert form.cleaned_data["day"] == LONG_TERM
    assert "checked" in shown(Valid(initial={"day": LONG_TERM})["day"])


def test_a_stored_day_fills_the_boxes_and_counts_as_unchanged() -> None:
    stored = Valid(parts("2036", "4", "5"), initial={"day": "2036-04-05"})
    assert not stored.has_changed()
    html = shown(Valid(initial={"day": "2036-04-05"})["day"])
    assert 'name="day_month" value="4"' in html


def test_the_summary_jumps_to_the_first_box() -> None:
    html = Template("{% load q %}{% errors form %}").render(Context({"form": Valid(parts("2036", "2", "30"))}))
    assert 'href="#id_day_year"' in html


# ---- numbers that stay masked ----


class Person(PlainForm):
    number = MaskedCharField(label="证件号码")


STORED = {"number": "310106199204049429"}


def test_a_saved_number_is_not_in_the_page() -> None:
    html = shown(Person(initial=STORED)["number"])
    assert "310***********9429" in html
    assert STORED["number"] not in html


def test_the_mask_sent_back_means_the_stored_number() -> None:
    form = Person({"number": "310***********9429"}, initial=STORED)
    assert form.is_valid()
    assert form.cleaned_data["number"] == STORED["number"]
    assert not form.has_changed()
    assert STORED["number"] not in shown(form["number"])


def test_a_new_number_replaces_the_stored_one_and_is_shown_whole_while_it_is_corrected() -> None:
    form = Person({"number": "310101198501019190"}, initial=STORED)
    assert form.is_valid()
    assert form.cleaned_data["number"] == "310101198501019190"
    assert 'value="310101198501019190"' in shown(form["number"])


def test_half_a_mask_is_refused() -> None:
    form = Person({"number": "310***********9190"}, initial=STORED)
    assert form.errors["number"] == ["号码里有星号。要改就把整个号码重新填一遍"]
