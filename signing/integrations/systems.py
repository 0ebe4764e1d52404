"""外部系统 that 电子签名 calls, each with its title, its harmless question and what happens without it. R152."""

from __future__ import annotations

from foundation.config import config
from foundation.outside.systems import Probe, System, asking, sending

UNSUPPORTED = 415
"""How a time-stamp service answers what is no query."""

SYSTEMS: tuple[System, ...] = (
    System(
        "verification",
        "多源认证",
        "刷脸和实名核验，给出认证流水号",
        "签名停在刷脸这一步，页面说明稍后再试；没有回调的，后台隔几秒主动去查。",
        asking("/sessions/0", 404),
        calls_back=True,
    ),
    System(
        "ca",
        "电子认证机构",
        "签发事件证书和机构证书",
        "刷过脸的签署排队，通了自动签；页面说明正在排队，不用再刷脸。",
        asking("/root.pem"),
    ),
    System(
        "elicence",
        "电子营业执照",
        "企业盖章：送出签名原文，取回签名值",
        "盖章先不能发起；发起过的后台主动去查，通了接着盖。",
        sending("/token"),
        calls_back=True,
    ),
    System(
        "seal_maker",
        "制章系统",
        "取企业的电子印章，查印章有没有作废",
        "盖章先不能发起；已经确认的盖章排队，查到印章有效再盖上。",
        asking("/status/0", 404),
    ),
    System(
        "timestamp",
        "时间戳服务",
        "给签好的文书的证据盖可信时间戳",
        "文书照常办完，不等时间戳；没取到的隔一会儿再取，溯源页上写着还差哪几份。",
        Probe("POST", "/stamp", frozenset({UNSUPPORTED})),
    ),
    System("sso", "随申办登录", "签署人自己登录", "签署人改用申请系统给的一次性入口。", sending("/token")),
    System("sms", "短信", "告诉签署人有文书要签", "待办照常显示，短信排队重发。", sending("/messages")),
    System(
        "reg",
        "企登登记",
        "取要签的文书，告诉签署进展",
        "取不到的文书排队再取；进展排队补报，登记系统也会自己来查。",
        asking("/healthz"),
        own_base=lambda: config().base_url("reg"),
    ),
)
