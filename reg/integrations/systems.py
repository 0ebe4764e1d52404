"""外部系统 that the registration system calls, each with its title, its harmless question and what happens without it.

What a lookup means for the applicant while nobody answers is declared at the lookup (items, rules) and shown beside this.
"""

from __future__ import annotations

from foundation.config import config
from foundation.outside.systems import System, asking, sending

SYSTEMS: tuple[System, ...] = (
    System(
        "sso",
        "随申办登录",
        "个人登录，取回姓名和证件",
        "登录页说明随申办没有回应，请过一会儿再登；已经登录的照常办。",
        sending("/token"),
    ),
    System(
        "elicence",
        "电子营业执照",
        "企业扫码登录；核准后更新执照信息",
        "企业改由法定代表人用随申办登录；执照信息排队，通了自动补送。",
        sending("/token"),
    ),
    System(
        "onestop",
        "一网通办办件",
        "取办件编号，报送办件状态",
        "申请照常提交；办件编号和状态排队，通了自动补报。",
        asking("/cases/0", 404),
    ),
    System("sms", "短信", "告知申请人", "消息先放在站内，短信排队重发。", sending("/messages")),
    System("mobile_owner", "手机实名核验", "手机号是不是本人实名登记的", "", sending("/check")),
    System("population", "人口库实人核验", "姓名和证件号码是不是同一个人", "", sending("/check")),
    System(
        "watchlist",
        "人员监控与限制名单",
        "吊销责任人、失信被执行人、虚假登记责任人、严重违法失信、不可靠实体",
        "",
        sending("/person"),
    ),
    System(
        "publicity",
        "企业信用信息公示系统",
        "经营异常名录，未了结案件",
        "",
        asking("/companies/000000000000000000/abnormal", 404, 422),
    ),
    System(
        "national",
        "总局全国企业信息",
        "外省市企业和分支机构的登记情况",
        "迁入的名称申报停在查询这一步，填的代码留着，通了自动再查；其他申报不受影响。",
        asking("/companies/000000000000000000"),
    ),
    System("agent_filing", "代理人备案", "代理人和代理机构备没备案", "", sending("/check")),
    System("property", "规资产权核验", "产权证号对应的坐落、权利人、用途、查封", "", sending("/check")),
    System(
        "address",
        "标准地址库",
        "路名、标准地址、集中登记地、冻结地址、同址户数",
        "填地址时的路名改用本系统自带的路名表。",
        asking("/roads?district=310115&q=%E5%8D%97"),
    ),
    System(
        "licence_store",
        "电子证照库",
        "身份证和营业执照的电子证照",
        "",
        sending("/query"),
    ),
    System(
        "signing",
        "电子签名",
        "请人签名盖章，取回签好的文书",
        "签名请求和登记机关通知书的盖章排队重试；办件停在等签名。",
        asking("/internal/operations/outside"),
        calls_back=True,
        own_base=lambda: config().base_url("signing"),
    ),
)
