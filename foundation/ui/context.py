"""What every page knows: the look, the shell, how many messages are unread."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from foundation.config import config
from foundation.ui.preferences import Preference, Shell, Theme, shell_of


class UiContext:
    """`ui` in templates. Everything is computed when first used, so a page pays for what it shows."""

    product = "企登"

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def preference(self) -> Preference:
        return Preference.of(self._request)

    @property
    def care(self) -> bool:
        return self.preference.care

    @property
    def theme(self) -> Theme:
        return self.preference.theme

    @cached_property
    def shell(self) -> Shell:
        return shell_of(self._request)

    @property
    def demo(self) -> bool:
        return config().mode == "demo"

    @property
    def care_label(self) -> str:
        return "标准版" if self.care else "关怀版"

    @cached_property
    def care_url(self) -> str:
        """This address, with the other of the two versions asked for."""
        query = self._request.GET.copy()
        query["care"] = "0" if self.care else "1"
        return f"{self._request.path}?{query.urlencode()}"

    @cached_property
    def unread(self) -> int:
        """Unread messages of whoever is logged in; 0 where the project has no such thing."""
        hook = getattr(settings, "UI_UNREAD", "")
        return int(import_string(hook)(self._request)) if hook else 0


def ui(request: HttpRequest) -> dict[str, UiContext]:
    """Context processor."""
    return {"ui": UiContext(request)}
