"""Too much at once is refused by its length, before a byte of it is read (2 GB 的上传)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from foundation.ui.errors import BAD_REQUEST, stop_page

MEGABYTE = 1024 * 1024
MOST = 64 * MEGABYTE
"""Bytes of one request: three photographs of 20 MB and a form around them. A project says less by QIDENG_MOST_BYTES."""


class UploadLimitMiddleware:
    """413 for requests larger than the project takes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.most = getattr(settings, "QIDENG_MOST_BYTES", MOST)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if str(length).isdigit() and int(length) <= self.most:
            return self.get_response(request)
        happened = "一份文件最大 20 MB" + ("，一次最多传 60 MB" if self.most >= MOST else "") + "，所以没有收。"
        if "application/json" in request.headers.get("Accept", "") or request.path.endswith(".json"):
            refusal = {"error": "too_big", "message": happened}
            return JsonResponse(refusal, status=413, json_dumps_params={"ensure_ascii": False})
        response = stop_page(
            request,
            BAD_REQUEST,
            title="传的文件太大了",
            happened=happened,
            todo=("把文件压缩小一点，或者分成几份再传", "拍照上传的，系统会自动压缩，不用自己处理"),
        )
        response.status_code = 413
        return response
