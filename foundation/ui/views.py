"""显示设置: the look as a plain form, for who does not find or cannot use the switch in the bar."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from foundation.ui.preferences import Preference


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: an address of ours, or home."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else "/"


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    now = Preference.of(request)
    if request.method == "POST":
        response = HttpResponseRedirect(_next(request))
        now.asked(request.POST).keep(request, response)
        return response
    sizes = [
        ("0", "标准版", "一屏看得多", not now.care),
        ("1", "关怀版", "字大、按钮大、颜色深", now.care),
    ]
    themes = [
        ("device", "跟手机一样", "手机变深色，这里也变", now.theme == ""),
        ("light", "浅色", "一直是浅色", now.theme == "light"),
        ("dark", "深色", "一直是深色", now.theme == "dark"),
    ]
    return render(request, "ui/preferences.html", {"next": _next(request), "sizes": sizes, "themes": themes})
