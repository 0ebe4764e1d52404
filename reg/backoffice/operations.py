"""What operators and auditors read of the registration system: its outside systems, and the names of its jobs and acts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from foundation.operations.words import Words
from foundation.outside.lookups import ports
from reg.compliance.rules import RULES
from reg.integrations.systems import SYSTEMS
from reg.items.kit import Severity
from reg.items.kit.facts import LookupSpec
from reg.items.registry import ROOMS

__all__ = ["SYSTEMS", "WORDS", "declared"]

MEANING: Mapping[Severity, str] = {
    Severity.BLOCK: "查到结果以后才能往下办，系统自动再查。",
    Severity.OFFLINE: "请申请人到窗口办理。",
    Severity.CONFIRM: "申请人确认属实后可以先往下办；系统自动再查，核准前必查一次。",
    Severity.WARN: "只提示申请人，不影响办理；系统自动再查。",
}
"""What the operator reads for the severity that a lookup declares."""


def declared() -> Mapping[str, Sequence[str]]:
    """By outside system: what its lookups say happens while nobody answers."""
    asked: dict[str, dict[Severity, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for spec in _specs():
        port = ports()[spec.port]
        asked[port.asked_system][spec.down][port.title] = None
    return {system: _sentences(by_severity) for system, by_severity in asked.items()}


def _specs() -> Iterable[LookupSpec]:
    for room in ROOMS:
        yield from room.lookups
    for rule in RULES:
        yield from rule.lookups


def _sentences(by_severity: Mapping[Severity, Mapping[str, None]]) -> list[str]:
    if len(by_severity) == 1:
        return [MEANING[severity] for severity in by_severity]
    return [f"{'、'.join(titles)}：{MEANING[severity]}" for severity, titles in by_severity.items()]


WORDS = Words(
    jobs={
        "reg.materials.tasks.paper_make": "生成文书",
        "reg.materials.tasks.upload_make": "合并上传的材料",
        "reg.cases.cards.card_read": "识别证件",
        "reg.cases.tasks.signing_sync": "查签名进展",
    },
    handlers={
        "reg.declarations.telling.tell_declared": "告知申报人：已收到",
        "reg.declarations.telling.tell_asked": "告知申报人：要补充",
        "reg.declarations.telling.tell_decided": "告知申报人：名称结果",
        "reg.declarations.telling.onestop_declared": "一网通办：报送名称申报",
        "reg.declarations.telling.onestop_decided": "一网通办：报送名称结果",
        "reg.cases.batches.batch_send": "送文书去签名",
        "reg.cases.names.name_entered": "新名称编入名称库",
        "reg.cases.batches.batches_cancel": "取消旧的签名请求",
        "reg.cases.batches.case_batches_cancel": "取消签名请求",
        "reg.review.telling.tell_submitted": "告知申请人：已提交",
        "reg.review.telling.tell_returned": "告知申请人：要补正",
        "reg.review.telling.tell_approved": "告知申请人：准予登记",
        "reg.review.telling.tell_refused": "告知申请人：不予登记",
        "reg.review.telling.onestop_submitted": "一网通办：报送提交",
        "reg.review.telling.onestop_returned": "一网通办：报送补正",
        "reg.review.telling.onestop_approved": "一网通办：报送准予",
        "reg.review.telling.onestop_refused": "一网通办：报送不予",
        "reg.review.telling.onestop_withdrawn": "一网通办：报送撤回",
        "reg.review.telling.licence_push": "更新电子营业执照",
        "reg.review.notices.notice_of_return": "制作补正通知书",
        "reg.review.notices.notice_of_approval": "制作准予通知书",
        "reg.review.notices.notice_of_refusal": "制作不予通知书",
    },
    events={
        "NameDeclared": "申报名称",
        "NameAsked": "请申报人补充",
        "NameDecided": "名称申报办结",
        "SignaturesRequested": "请人签名",
        "CaseReopened": "撤回签名改内容",
        "CaseWithdrawn": "撤回申请",
        "CaseSubmitted": "提交申请",
        "CaseReturned": "退回补正",
        "CaseApproved": "准予登记",
        "CaseRefused": "不予登记",
    },
    verbs={
        "agent.accept": "确认代理人",
        "agent.decline": "不确认代理人",
        "agent.invite": "请企业确认代理人",
        "answer.save": "保存填写内容",
        "card.photograph": "拍证件",
        "case.accept": "受理",
        "case.approve": "准予登记",
        "case.choose": "改选事项",
        "case.expire": "草稿过期",
        "case.open": "开始申请",
        "case.refuse": "不予登记",
        "case.reopen": "撤回签名改内容",
        "case.request_signatures": "请人签名",
        "case.return": "退回补正",
        "case.submit": "提交申请",
        "case.unmask": "看全号",
        "case.view_masked": "审计员查看申请案（已打码）",
        "case.withdraw": "撤回申请",
        "declaration.ask": "请申报人补充",
        "declaration.declare": "申报名称",
        "declaration.grant": "核准名称申报",
        "declaration.plead": "补充名称依据说明",
        "declaration.prove": "上传名称依据材料",
        "declaration.refuse": "不予核准名称申报",
        "declaration.take": "领取名称申报",
        "declaration.unprove": "删除名称依据材料",
        "declaration.withdraw": "撤回名称申报",
        "entity.record": "写入登记簿",
        "finding.confirm": "确认提示",
        "finding.unconfirm": "取消确认",
        "name.release": "放弃保留的名称",
        "name.correct": "校正名称的拆分",
        "name.grant": "核准名称",
        "name.refuse": "不予核准名称",
        "name.renew": "延长名称保留",
        "name.reserve": "名称申报保留",
        "name.use": "名称用于登记",
        "name.take": "名称用于办件",
        "name.give_back": "名称从办件退回",
        "paper.own": "改用自备文书",
        "paper.retry": "重新生成文书",
        "paper.share": "分享文书",
        "review.claim": "领取",
        "review.release": "放回待办",
        "signing.export": "导出签署统计",
        "signature.export": "导出签名证据",
        "signature.trace": "按流水号溯源",
        "upload.add": "上传材料",
        "upload.change": "调整上传的材料",
        "upload.decline": "不用整理后的文件",
        "upload.mend": "用整理后的文件",
        "upload.offer": "提出整理文件",
        "upload.order": "调整页序",
        "upload.remove": "删除上传的材料",
        "words.approve": "批准名称词表的修改",
        "words.decline": "退回名称词表的修改",
        "words.propose": "提交名称词表的修改",
        "words.withdraw": "撤回名称词表的修改",
        "window.approve": "批准窗口地址",
        "window.decline": "退回窗口地址",
        "window.propose": "提交窗口地址",
        "window.withdraw": "撤回窗口地址",
    },
    kinds={
        "answer": "填写内容",
        "case": "申请案",
        "entity": "市场主体",
        "name": "名称",
        "signing": "签署统计",
        "signature": "签名",
        "window": "窗口地址",
        "words": "名称词表",
    },
    values={
        **{room.code: room.title for room in ROOMS},
        "application": "申请书",
        "person": "人员信息表",
        "contact": "联络员信息表",
        "realname": "实名登记确认表",
        "appoint": "任免文件",
        "resolution": "决议或决定",
        "unanimous_consent": "全体股东同意书",
        "notice": "登记机关通知书",
        "shareholder": "股东",
        "name": "名称",
        "capital": "注册资本",
        "shareholders": "股东",
        "scope": "经营范围",
    },
)
