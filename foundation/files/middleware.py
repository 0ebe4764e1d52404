"""Too much at once is refused by its length, before a byte of it is read (2 GB 的上传)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from foundation.ui.errors import BAD_REQUEST, stop_page

MOST = 64 * 1024 * 1024
"""Bytes of one request: three photographs of 20 MB and a form around them."""


class UploadLimitMiddleware:
    """413 for requests larger than MOST."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not str(length).isdigit() or int(length) > MOST:
            response = stop_page(
                request,
                BAD_REQUEST,
                title="传的文件太大了",
                happened="一份文件最大 20 MB，一次最多传 60 MB，所以没有收。",
                todo=("把文件压缩小一点，或者分成几份再传", "拍照上传的，系统会自动压缩，不用自己处理"),
            )
            response.status_code = 413
            return response
        return self.get_response(request)
