"""What a person chose about the look (标准版/关怀版, 浅色/深色) and in which shell the page is shown.

The choice is a cookie of a few letters, no account needed, the same for all three applications of an installation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from django.http import HttpRequest, HttpResponse, QueryDict

Theme = Literal["", "light", "dark"]
Shell = Literal["", "wechat", "alipay"]

COOKIE = "q_ui"
SHELL_COOKIE = "q_shell"
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Preference:
    """The look of the pages."""

    care: bool = False
    """关怀版: large type, large targets."""
    theme: Theme = ""
    """Empty: as the device says."""

    @classmethod
    def parse(cls, text: str) -> Preference:
        """From the cookie; what is not understood is the standard."""
        words = set(text.split("."))
        theme: Theme = "dark" if "dark" in words else "light" if "light" in words else ""
        return cls(care="care" in words, theme=theme)

    @classmethod
    def of(cls, request: HttpRequest) -> Preference:
        return cls.parse(request.COOKIES.get(COOKIE, ""))

    def __str__(self) -> str:
        return ".".join(filter(None, ("care" if self.care else "std", self.theme)))

    def asked(self, query: QueryDict) -> Preference:
        """This preference with `care` and `theme` of a form or an address laid over it."""
        chosen = self
        if query.get("care") in {"0", "1"}:
            chosen = replace(chosen, care=query["care"] == "1")
        theme = query.get("theme")
        if theme in {"light", "dark"}:
            chosen = replace(chosen, theme="dark" if theme == "dark" else "light")
        elif theme == "device":
            chosen = replace(chosen, theme="")
        return chosen

    def keep(self, request: HttpRequest, response: HttpResponse) -> None:
        """Write the cookie for a year."""
        response.set_cookie(
            COOKIE, str(self), max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure(), path="/"
        )


def shell_of(request: HttpRequest) -> Shell:
    """The mini-program around the page: from `?shell=`, the cookie it left, or the browser's name for itself."""
    asked = request.GET.get("shell", request.COOKIES.get(SHELL_COOKIE, ""))
    if asked in {"wechat", "alipay"}:
        return "wechat" if asked == "wechat" else "alipay"
    agent = request.headers.get("User-Agent", "")
    if "miniprogram" not in agent.lower():
        return ""
    if "MicroMessenger" in agent:
        return "wechat"
    return "alipay" if "Alipay" in agent or "AliApp" in agent else ""
