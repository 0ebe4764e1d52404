"""Pages and photographs as pictures. One whose file is lost or cannot be read says so in its place."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.http import HttpResponse

from foundation.crypto.port import CryptoError
from foundation.files.models import StoredFile
from foundation.files.services import file_read
from foundation.pdf.render import NotRenderable, render_page_jpeg
from foundation.pdf.sorry import sorry_jpeg

WIDTH = {"thumb": 240, "page": 1080}
log = structlog.get_logger(__name__)


def page_shown(stored: StoredFile, page: int, size: str) -> HttpResponse:
    """Page `page` (from 1) of a stored PDF."""
    width = WIDTH[size]
    return picture_shown(lambda: render_page_jpeg(file_read(stored), page - 1, width), size)


def picture_shown(draw: Callable[[], bytes], size: str) -> HttpResponse:
    """What `draw` reads and draws, as JPEG."""
    try:
        response = HttpResponse(draw(), content_type="image/jpeg")
    except (OSError, CryptoError, NotRenderable):
        log.exception("picture.not_shown")
        response = HttpResponse(sorry_jpeg(WIDTH[size]), content_type="image/jpeg", status=503)
        response["Cache-Control"] = "private, no-store"
        return response
    response["Cache-Control"] = "private, max-age=300"
    return response
