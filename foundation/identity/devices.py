"""登录的设备: what a browser says of itself, in words by which its owner recognises it."""

from __future__ import annotations

MACHINES = (
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("OpenHarmony", "鸿蒙设备"),
    ("HarmonyOS", "鸿蒙设备"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)
PROGRAMS = (
    ("MicroMessenger", "微信"),
    ("AlipayClient", "支付宝"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""In the order in which they are looked for: most call themselves Safari too."""

DESKTOP = ("Windows NT", "Macintosh", "X11", "CrOS")
HANDHELD = ("iPhone", "iPad", "OpenHarmony", "HarmonyOS", "Android", "Mobile")


def is_desktop(said: str) -> bool:
    """Whether a browser says that it runs on a computer, which often has no camera. What says nothing does not."""
    return any(mark in said for mark in DESKTOP) and not any(mark in said for mark in HANDHELD)


def device_words(said: str) -> str:
    """安卓手机，微信"""
    known = [next((words for mark, words in table if mark in said), "") for table in (MACHINES, PROGRAMS)]
    return "，".join(word for word in known if word) or "没有说明的设备"
