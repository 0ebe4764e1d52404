"""Reading what a caller sent. Anything that is missing or has the wrong shape is refused with a sentence that names it."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest

MAX_TEXT = 400


class Refused(Exception):
    """The system understood the call and says no. `code` is for programs, `message` (Chinese) for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def invalid(message: str) -> Refused:
    """422 with the field named in `message`."""
    return Refused(422, "invalid", message)


class Body:
    """The fields of one call: a JSON object, or the query of a GET."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = dict(values)

    @classmethod
    def of(cls, request: HttpRequest) -> Body:
        if request.method == "GET":
            return cls({key: request.GET[key] for key in request.GET})
        if not request.body:
            return cls({})
        try:
            value = json.loads(request.body)
        except (ValueError, RecursionError):
            raise Refused(400, "bad_json", "请求体不是 JSON") from None
        if not isinstance(value, dict):
            raise Refused(400, "bad_json", "请求体要是一个 JSON 对象")
        return cls(value)

    def text(self, key: str, default: str | None = None, *, longest: int = MAX_TEXT) -> str:
        """A text; `default` None means that it must be there and not empty."""
        value = self.values.get(key)
        if value is None or value == "":
            if default is None:
                raise invalid(f"缺少 {key}")
            return default
        if not isinstance(value, str):
            raise invalid(f"{key} 要是文字")
        if len(value) > longest or "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise invalid(f"{key} 太长，或者有不能用的字符")
        return value.strip()

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in allowed:
            raise invalid(f"{key} 只能是 {'、'.join(allowed)}")
        return value

    def number(self, key: str, default: int, *, lowest: int, highest: int) -> int:
        """A whole number between both limits."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise invalid(f"{key} 要是 {lowest} 到 {highest} 的整数")
        return value

    def texts(self, key: str, *, most: int = 500) -> list[str]:
        """A list of short texts; empty when it is not there."""
        value = self.values.get(key) or []
        if not isinstance(value, list) or len(value) > most or not all(isinstance(item, str) for item in value):
            raise invalid(f"{key} 要是文字的列表，最多 {most} 项")
        return [Body({key: item}).text(key, "") for item in value]

    def parts(self, key: str, *, most: int = 500) -> list[Body]:
        """A list of objects; empty when it is not there."""
        value = self.values.get(key) or []
        if not isinstance(value, list) or len(value) > most or not all(isinstance(item, dict) for item in value):
            raise invalid(f"{key} 要是对象的列表，最多 {most} 项")
        return [Body(item) for item in value]

    def mapping(self, key: str) -> dict[str, Any]:
        """A JSON object; empty when it is not there."""
        value = self.values.get(key) or {}
        if not isinstance(value, dict):
            raise invalid(f"{key} 要是对象")
        _storable(value, key)
        return value

    def bytes64(self, key: str, default: bytes | None = None, *, longest: int = 64 * 1024) -> bytes:
        """Bytes in base64."""
        text = self.text(key, None if default is None else "", longest=longest * 2)
        if not text and default is not None:
            return default
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise invalid(f"{key} 不是 base64") from None

    def url(self, key: str, default: str | None = None) -> str:
        """An absolute http address."""
        value = self.text(key, default, longest=2000)
        if value and not _is_http(value):
            raise invalid(f"{key} 要是 http 地址")
        return value


def _is_http(value: str) -> bool:
    try:
        target = urlsplit(value)
        return target.scheme in {"http", "https"} and bool(target.hostname) and (target.port or 80) > 0
    except ValueError:
        return False


def _storable(value: Any, key: str) -> None:
    """What PostgreSQL cannot keep in a JSON column is refused before it gets there."""
    if isinstance(value, dict):
        for name, item in value.items():
            _storable(name, key)
            _storable(item, key)
    elif isinstance(value, list):
        for item in value:
            _storable(item, key)
    elif isinstance(value, str) and ("\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value)):
        raise invalid(f"{key} 里有不能用的字符")
    elif isinstance(value, float) and not math.isfinite(value):
        raise invalid(f"{key} 里有不是数字的数")
