"""What jobs, queues, events, receivers and audited acts are called on the pages of operator and auditor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Words:
    """Chinese names by the names in the code; what has none is shown as it is, and a test of the project fails."""

    jobs: Mapping[str, str] = field(default_factory=dict)
    handlers: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)
    verbs: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    """Codes that stand in the details of audited acts."""

    def with_ground(self) -> Words:
        """With the words of what every project has."""
        return Words(
            jobs={**GROUND.jobs, **self.jobs},
            handlers={**GROUND.handlers, **self.handlers},
            events={**GROUND.events, **self.events},
            verbs={**GROUND.verbs, **self.verbs},
            kinds={**GROUND.kinds, **self.kinds},
            values={**GROUND.values, **self.values},
        )


QUEUES: Mapping[str, str] = {
    "default": "一般",
    "outbox": "送达消息",
    "lookups": "外部核验",
    "notify": "短信",
    "papers": "文书和上传",
    "signing": "签名",
    "callbacks": "回调",
    "ocr": "证件识别",
}

GROUND = Words(
    jobs={
        "foundation.outbox.tasks.deliver": "送达消息",
        "foundation.outside.lookups.ask": "外部核验",
        "foundation.notify.services.sms_deliver": "发短信",
        "foundation.audit.checking.audit_check": "核对审计链",
    },
    verbs={
        "session.begin": "登录",
        "session.refuse": "登录没有成功",
        "session.end": "退出登录",
        "job.retry": "再试后台任务",
        "system.try": "试外部系统",
        "audit.check": "要求核对审计链",
        "audit.export": "导出审计日志",
    },
    kinds={"session": "登录", "staff": "工作人员", "job": "后台任务", "system": "外部系统", "audit": "审计日志"},
    values={
        "sso": "随申办",
        "elicence": "电子营业执照",
        "password": "口令和动态码",
        "ticket": "一次性入口",
        "logout": "自己退出",
        "revoked": "在别处停用",
        "expired": "过期",
    },
)
DETAILS: Mapping[str, str] = {
    "accepted": "接受",
    "active": "启用",
    "authority": "登记机关",
    "batch": "批次",
    "capacity": "身份",
    "case": "申请案",
    "channel": "渠道",
    "days": "天数",
    "ceremony": "签署过程",
    "count": "条数",
    "details": "明细",
    "digest": "证据摘要",
    "doc": "文书",
    "documents": "文书数",
    "entity": "企业",
    "file": "文件",
    "finding": "检查",
    "item": "事项",
    "items": "事项",
    "keep_original": "保留原样",
    "kind": "类型",
    "line": "材料",
    "look": "样式",
    "mended": "整理",
    "method": "方式",
    "ok": "通了",
    "until": "到",
    "order_no": "盖章订单",
    "es_id": "印章编号",
    "original": "原来的文件",
    "own": "自备",
    "project": "系统",
    "purpose": "用途",
    "quarters": "转了几个直角",
    "query": "条件",
    "reason": "原因",
    "result": "整理后的文件",
    "root": "根证书",
    "round": "补正轮次",
    "scope": "只看哪个系统的",
    "sign_here": "补签名页",
    "signed": "签好",
    "size": "字节数",
    "task": "任务",
    "tasks": "签署项",
    "told": "通知人数",
    "verification": "认证",
    "version": "第几版",
    "vouches": "票据等同登录",
    "waits": "已排队",
}
"""Details of audited acts that pages and files show: codes and numbers. What is not listed is kept but not shown."""
COUNTED: Mapping[str, str] = {"points": "补正处数"}
"""Details of which only the number is shown: titles of papers may carry a name."""
UNSHOWN = frozenset({"why"})
"""Sentences that may repeat what somebody typed."""
ACTORS: Mapping[str, str] = {"person": "办事人", "staff": "工作人员", "service": "别的系统", "system": "系统"}
