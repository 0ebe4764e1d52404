"""The systems of the outside world (外部系统) that this server stands in for: the one list of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class System:
    """One outside system: `code` is the adapter's name, the path prefix is the code with dashes."""

    code: str
    name: str
    what: str
    """One sentence for the start page."""
    calls_back: bool = False

    @property
    def prefix(self) -> str:
        return self.code.replace("_", "-")


SYSTEMS: tuple[System, ...] = (
    System("sso", "随申办单点登录", "让本人登录，告诉申请系统他是谁。"),
    System("onestop", "一网通办办件", "给每个申请发办件编号，收办件状态。"),
    System("elicence", "电子营业执照", "企业扫码登录、盖章，接收执照信息的变化。", calls_back=True),
    System("seal_maker", "制章系统", "给企业制作电子印章，告诉别人印章还有没有效。"),
    System("verification", "多源认证", "刷脸或者三要素核验，给出认证流水号。", calls_back=True),
    System("ca", "电子认证机构", "签发事件证书和机构证书。"),
    System("timestamp", "时间戳服务", "给签好的文书的证据盖可信时间戳。"),
    System("sms", "短信", "替申请系统发短信。"),
    System("mobile_owner", "手机实名核验", "手机号是不是本人实名登记的。"),
    System("population", "人口实人核验", "姓名和证件号码对不对得上，人还在不在世。"),
    System(
        "watchlist", "人员监控与总局限制名单", "吊销责任人、失信被执行人、虚假登记责任人、严重违法失信、不可靠实体。"
    ),
    System("publicity", "企业信用信息公示系统", "经营异常名录和未了结的事项。"),
    System("national", "总局全国企业信息", "外省市企业和分支机构的登记情况。"),
    System("agent_filing", "代理人备案", "登记代理机构和代理人备没备案。"),
    System("property", "规资产权核验", "产权证号对应的坐落、权利人、用途、查封。"),
    System("address", "标准地址库", "路名、标准地址、集中登记地、冻结地址、同址户数。"),
    System("licence_store", "电子证照库", "身份证和营业执照的电子证照。"),
    System("chain_office", "连锁总部业务系统", "电子签名的第二个业务系统：给文件，收回调。"),
)
BY_CODE = {system.code: system for system in SYSTEMS}
