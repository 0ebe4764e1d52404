"""Every part in every state on a few pages, for looking at and for the tests. Only where this is a demonstration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from foundation import clock
from foundation.config import config
from foundation.ui import errors
from foundation.ui.fieldview import SOURCES
from foundation.ui.forms import DateField, MaskedCharField, PlainForm
from foundation.ui.icons import icons
from foundation.ui.parts import Section

View = Callable[..., HttpResponse]
FICTION: dict[str, Any] = {
    "name": "赵演示",
    "id_number": "310106199204049429",
    "gender": "女",
    "born": date(1992, 4, 4),
    "residence": "上海市示例区样板路40弄4号104室",
    "valid_to": date(2036, 4, 20),
    "mobile": "19900000004",
    "ethnicity": "01",
    "appointed": "shareholders",
    "capital": "200",
    "clauses": ["3"],
}


def in_demo(view: View) -> View:
    """404 outside a demonstration."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if config().mode != "demo":
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


class GalleryForm(PlainForm):
    """One field of each kind. All data is fictitious."""

    name = forms.CharField(label="姓名", max_length=20)
    id_type = forms.ChoiceField(label="证件类型", choices=[("10", "居民身份证"), ("414", "普通护照")])
    id_number = MaskedCharField(label="证件号码", help_text="保存后只显示 310***********9429")
    gender = forms.CharField(label="性别", disabled=True, help_text="按身份证号码算出")
    born = DateField(label="出生日期", disabled=True, help_text="按身份证号码算出")
    ethnicity = forms.ChoiceField(label="民族", choices=[("", "请选择"), ("01", "汉族"), ("02", "蒙古族")])
    residence = forms.CharField(label="住址", widget=forms.Textarea(attrs={"rows": 2}))
    valid_to = DateField(label="证件有效期", long_term=True)
    position = forms.ChoiceField(
        label="职务",
        choices=[("", "请选择"), ("director", "董事"), ("manager", "经理"), ("supervisor", "监事")],
    )
    appointed = forms.ChoiceField(
        label="产生方式",
        widget=forms.RadioSelect,
        choices=[("shareholders", "股东会选举"), ("board", "董事会选举"), ("appointed", "委派")],
    )
    clauses = forms.MultipleChoiceField(
        label="要改的条款",
        widget=forms.CheckboxSelectMultiple,
        choices=[("3", "第三条 住所"), ("9", "第九条 法定代表人")],
        required=False,
    )
    mobile = forms.CharField(label="手机号码", help_text="审核人员会打这个号码，也用来收短信")
    email = forms.EmailField(label="电子邮箱", required=False)
    capital = forms.CharField(label="认缴出资额", help_text="大写：贰佰万元整")
    proof = forms.FileField(label="住所使用证明", required=False, help_text="JPG、PNG、PDF，不超过 20 MB")
    agreed = forms.BooleanField(label="我读过了，内容属实")

    sources = {
        "name": "id_card",
        "id_type": "id_card",
        "id_number": "id_card",
        "ethnicity": "id_card",
        "residence": "id_card",
        "valid_to": "id_card",
        "position": "own",
        "appointed": "register",
        "mobile": "history",
        "email": "account",
    }
    sections = (
        Section(
            "新任法定代表人", ("name", "id_type", "id_number", ("gender", "born"), "ethnicity", "residence", "valid_to")
        ),
        Section("任职", ("position", "appointed", "clauses", "capital"), note="3 项"),
        Section("联系", ("mobile", "email", "proof", "agreed")),
    )
    field_options = {
        "mobile": {"attrs": {"inputmode": "tel", "class": "num"}},
        "capital": {"unit": "万元", "attrs": {"inputmode": "decimal", "class": "num"}},
        "clauses": {"hint": "可以多选"},
    }

    def clean_position(self) -> str:
        position = str(self.cleaned_data["position"])
        if position == "supervisor":
            raise forms.ValidationError("监事不能担任法定代表人。请选“董事”或者“经理”。《公司法》第十条")
        return position


def finding(severity: str, message: str, fix: str, basis: str, **more: str) -> dict[str, str]:
    return {"severity": severity, "message": message, "fix": fix, "basis": basis, "code": severity, **more}


def pieces(request: HttpRequest) -> dict[str, Any]:
    """What the gallery's templates show."""
    now = clock.now()
    listed = GalleryForm(initial=FICTION)
    wrong = GalleryForm(
        {
            **FICTION,
            "position": "supervisor",
            "born": "",
            "valid_to_year": "2036",
            "valid_to_month": "13",
            "valid_to_day": "1",
        },
        initial=FICTION,
        auto_id="wrong_%s",
    )
    return {
        "form": listed,
        "wrong": wrong,
        "icon_names": sorted(icons()),
        "sources": list(SOURCES),
        "now": now,
        "soon": now + timedelta(days=4),
        "qr_until": now + timedelta(minutes=5),
        "findings": FINDINGS,
        "timeline": TIMELINE,
        "papers": PAPERS,
        "diff": DIFF,
        "tabs": TABS,
        "page": Paginator(range(50), 10).page(2),
        "kinds": STOPS,
    }


FINDINGS = [
    finding(
        "block",
        "张示例的股权大部分已出质，转不了 20%",
        "把转让比例改到 10% 以内；或者先办出质注销，再来变更。",
        "《公司法》第八十五条，《市场主体登记管理条例实施细则》第七十九条",
        situation="张示例持有 60%，其中 50% 已出质。",
    ),
    finding(
        "offline", "住所要迁到别的登记机关，不能网上办", "向迁入地登记机关申请。", "《市场主体登记管理条例》第二十七条"
    ),
    finding(
        "confirm",
        "张示例同时担任 11 家公司的法定代表人",
        "核对名单。没有问题就点“我确认”。",
        "登记机关提示规则，不影响提交",
    ),
    finding("warn", "名称里有“科技”，主营是“软件开发”", "", "《企业名称登记管理规定》第九条"),
    finding("pass", "出资合计与注册资本一致", "", "《公司法》第四十七条"),
]
TIMELINE = [
    {"state": "done", "title": "填完、核对", "when": "11月23日 09:58", "note": "赵演示"},
    {"state": "done", "title": "4 人签名", "when": "11月24日", "url": "#", "url_label": "看签过的文书"},
    {
        "state": "now",
        "title": "浦东新区市场监管局审核",
        "when": "约 1 个工作日",
        "note": "按最近 30 天同类办件的中间值",
    },
    {
        "state": "act",
        "sign": "redo",
        "title": "各部门清结",
        "when": "同时进行",
        "parts": [
            {"name": "税务", "tone": "warn", "note": "1 笔未申报"},
            {"name": "社保", "tone": "ok", "note": "已清"},
        ],
    },
    {"state": "wait", "title": "换发电子营业执照", "when": "当天"},
]
ACTIONS = [{"label": "预览", "icon": "eye", "url": "#"}, {"label": "分享", "icon": "share", "url": "#"}]
PAPERS: list[dict[str, Any]] = [
    {
        "title": "公司登记（备案）申请书",
        "sub": "赵演示签，公司盖章",
        "state": "已生成，等签名",
        "tone": "ok",
        "thumb_url": "/ui/gallery/do/page",
        "pages": 3,
        "url": "#",
        "actions": ACTIONS,
    },
    {"title": "章程修正案", "sub": "改第 3 条、第 9 条", "state": "正在更新，约 1 秒", "tone": "now", "sign": "redo"},
    {
        "title": "股东会决议",
        "sub": "签不了",
        "state": "没生成，再试一次",
        "tone": "block",
        "sign": "stop",
        "actions": ACTIONS[:1],
    },
    {
        "title": "住所使用证明",
        "sub": "规资系统没有查到产权",
        "why": "《市场主体登记管理条例实施细则》第二十五条",
        "state": "还没有，要上传",
        "tone": "block",
        "missing": True,
        "actions": [{"label": "拍照", "icon": "cam", "url": "#"}, {"label": "选文件", "icon": "file", "url": "#"}],
    },
]
DIFF: list[dict[str, Any]] = [
    {"label": "法定代表人", "before": "张示例", "after": "赵演示", "chips": [{"word": "实名核验通过", "tone": "ok"}]},
    {
        "label": "证件",
        "child": True,
        "before": "310***********9190",
        "before_spoken": "证件尾号 9190",
        "after": "310***********9429",
        "after_spoken": "证件尾号 9429",
        "url": "#",
        "url_label": "看全号",
    },
    {"label": "监事", "before": "李样本", "after": ""},
    {"label": "联络员", "before": "", "after": "赵演示", "chips": [{"word": "新增", "tone": "add"}]},
    {"label": "注册资本", "before": "1,000 万元", "after": "1,000 万元", "same": True},
]
TABS = [
    {"word": "首页", "icon": "home", "url": "#", "current": True},
    {"word": "办件", "icon": "list", "url": "#"},
    {"word": "签名", "icon": "pen", "url": "#", "count": 3},
    {"word": "我的", "icon": "me", "url": "#"},
]
STOPS = ["400", "403", "404", "409", "429", "500", "503", "broken", "csrf", "maintenance"]


@in_demo
def phone(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery/phone.html", pieces(request))


@in_demo
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery/home.html", pieces(request))


@in_demo
def desk(request: HttpRequest) -> HttpResponse:
    nav = [{"word": word, "url": "#", "current": i == 0} for i, word in enumerate(("审核台", "公告", "统计", "规则"))]
    return render(
        request, "ui/gallery/desk.html", {**pieces(request), "desk_nav": nav, "desk_who": "浦东新区市场监管局 · 钱范例"}
    )


@in_demo
def sheet(request: HttpRequest) -> HttpResponse:
    form = GalleryForm(request.POST or None, initial=FICTION)
    status = 422 if form.is_bound else 200
    return render(request, "ui/gallery/sheet.html", {"form": form, "back_url": reverse("ui:gallery")}, status=status)


@in_demo
def islands(request: HttpRequest) -> HttpResponse:
    files = [{"id": str(n), "name": f"租赁合同第 {n} 页.jpg", "note": "清楚", "action_url": "#"} for n in (1, 2, 3)]
    sheets = [
        {"number": n, "url": reverse("ui:gallery-do", args=["page"]), "width": 320, "height": 452} for n in (1, 2)
    ]
    return render(request, "ui/gallery/islands.html", {**pieces(request), "files": files, "sheets": sheets})


@in_demo
def stop(request: HttpRequest, kind: str) -> HttpResponse:
    makers: dict[str, Callable[[], HttpResponse]] = {
        "400": lambda: errors.bad_request(request),
        "403": lambda: errors.permission_denied(request),
        "404": lambda: errors.not_found(request),
        "409": lambda: errors.stale(request, rows=DIFF[:2], resolve_to=request.path, who="王测试 10:02 "),
        "429": lambda: errors.too_many(request, wait=timedelta(minutes=5)),
        "500": lambda: errors.server_error(request),
        "503": lambda: errors.unavailable(request, system="手机实名核验", retry_at="10:32"),
        "broken": lambda: errors.broken_off(request),
        "csrf": lambda: errors.csrf_failure(request),
        "maintenance": lambda: errors.maintenance(request, until="今天 22:00"),
    }
    if kind not in makers:
        raise Http404
    return makers[kind]()


PAGE_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297"><rect width="210" height="297" fill="#fff"/>'
    '<g fill="#6d7986"><rect x="60" y="26" width="90" height="9"/>'
    + "".join(
        f'<rect x="{36 if n % 3 == 0 else 22}" y="{62 + n * 15}" width="{150 - (n % 4) * 20}" height="4"/>'
        for n in range(12)
    )
    + '</g><g fill="none" stroke="#c2332b"><circle cx="60" cy="252" r="24"/></g></svg>'
)


def _page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE_SVG, content_type="image/svg+xml")


def _status(request: HttpRequest) -> HttpResponse:
    """Moves with the clock: from 0 to 120 in a minute."""
    done = clock.wall().second * 2
    return JsonResponse(
        {"done": done, "total": 120, "running": 6, "state": "running", "text": f"还要约 {60 - done // 2} 秒"}
    )


def _towns(request: HttpRequest) -> HttpResponse:
    towns = {"310115": ["潍坊新村街道", "张江镇"], "310101": ["外滩街道", "豫园街道"]}.get(
        request.GET.get("district", ""), []
    )
    return JsonResponse({"items": [{"value": name, "label": name} for name in towns]})


def _roads(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "")
    found = [name for name in ("样板路", "样例东路", "示范路") if typed in name]
    return JsonResponse({"items": [{"value": name, "label": name} for name in found]})


@require_POST
def _save(request: HttpRequest) -> HttpResponse:
    if request.POST.get("name") == "别人":
        return JsonResponse({"who": "王测试 10:02 ", "url": "/ui/gallery/stop/409"}, status=409)
    version = int(request.POST.get("version", "0")) + 1
    return JsonResponse({"version": version, "saved_at": f"{clock.to_shanghai(clock.now()):%H:%M}"})


@require_POST
def _upload(request: HttpRequest) -> HttpResponse:
    received = request.FILES.getlist("files")
    files = [
        {"id": str(n), "name": one.name, "note": f"{one.size} 字节", "action_url": "#"}
        for n, one in enumerate(received)
    ]
    return render(request, "ui/upload_list.html", {"files": files})


@require_POST
def _echo(request: HttpRequest) -> HttpResponse:
    return JsonResponse({key: request.POST.getlist(key) for key in request.POST})


ENDS: dict[str, View] = {
    "page": _page,
    "status": _status,
    "towns": _towns,
    "roads": _roads,
    "save": _save,
    "upload": _upload,
    "echo": _echo,
}


@in_demo
def do(request: HttpRequest, what: str) -> HttpResponse:
    """The other end of the islands on the gallery page. Keeps nothing."""
    if what not in ENDS:
        raise Http404
    return ENDS[what](request)
