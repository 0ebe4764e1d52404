"""What operators and auditors read of 电子签名: its outside systems, and the names of its jobs, events and audited acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from foundation.operations.words import Words
from signing.guard.models import Reason
from signing.integrations.systems import SYSTEMS
from signing.tasks.models import CHANNELS
from signing.watching.states import IncidentKind

__all__ = ["SYSTEMS", "WORDS", "declared"]

WORDS = Words(
    jobs={
        "signing.ceremonies.verifying.verification_ask": "查认证结果",
        "signing.ceremonies.running.ceremony_run": "签署落笔",
        "signing.tasks.fetching.document_fetch": "取要签的文书",
        "signing.seals.services.seal_ask": "查盖章结果",
        "signing.seals.starting.seal_send": "再送电子营业执照",
        "signing.evidence.keeping.stamp_fetch": "取时间戳",
    },
    handlers={
        "signing.tasks.telling.signers_tell": "通知签署人",
        "signing.tasks.telling.client_tell": "告诉申请系统",
        "signing.ceremonies.telling.signer_tell_done": "通知签署人已签好",
        "signing.watching.telling.operators_tell": "告诉运维：签署有异常",
        "signing.evidence.keeping.evidence_tell": "存签名证据",
    },
    events={
        "BatchReady": "一批文书齐了",
        "BatchMoved": "一批文书有进展",
        "CeremonyDone": "一次签署办完",
        "IncidentOpened": "签署有异常",
    },
    verbs={
        "attempt.refuse": "拒绝一次尝试",
        "authorisation.end": "终止授权",
        "authorisation.lapse": "授权到期",
        "authority.seal": "加盖登记机关印章",
        "batch.cancel": "取消一批",
        "batch.create": "发起签署",
        "batch.remind": "催签",
        "ceremony.drop": "放弃签署过程",
        "ceremony.finish": "签署过程办完",
        "ceremony.prove": "核验通过",
        "ceremony.start": "开始签署",
        "client.set": "登记申请系统",
        "document.agree": "看完同意",
        "document.refuse": "拒绝签署",
        "history.make": "做示范数据",
        "incident.close": "签署恢复正常",
        "incident.open": "发现签署异常",
        "evidence.export": "导出签名证据",
        "evidence.keep": "存签名证据",
        "evidence.stamp": "盖上时间戳",
        "evidence.trace": "按流水号溯源",
        "pdf.mend": "整理 PDF",
        "revocation.refuse": "吊销名单不予采信",
        "seal.callback": "盖章回调",
        "seal.cancel": "取消盖章",
        "seal.lapse": "盖章过期",
        "seal.order": "送去盖章",
        "seal.refuse": "企业不盖章",
        "seal.settle": "盖章完成",
        "seal.start": "发起盖章",
        "session.revoke": "停用登录",
        "task.fail": "没签上",
        "task.sign": "签名",
        "task.sign_late": "迟到的签名（不计）",
        "ticket.issue": "发一次性入口",
        "ticket.use": "用一次性入口（已经登录）",
        "trust.add": "登记信任的证书",
        "verification.callback": "认证回调",
        "verification.confirm": "认证通过",
        "verification.expire": "认证过期",
        "verification.fail": "认证没通过",
        "verification.complete": "刷脸完成核验",
        "verification.open": "发起认证",
        "verification.qr": "给另一台手机扫码",
        "verification.refuse": "认证不予采信",
    },
    kinds={
        "authorisation": "授权",
        "batch": "签署批次",
        "ceremony": "签署过程",
        "certificate": "证书",
        "client": "申请系统",
        "document": "文书",
        "elicence": "电子营业执照",
        "history": "签署统计",
        "incident": "签署异常",
        "pdf": "PDF 文件",
        "evidence": "签名证据",
        "seal": "盖章",
        "task": "签署项",
        "ticket": "一次性入口",
        "verification": "认证",
    },
    values={
        **dict(Reason.choices),
        **dict(IncidentKind.choices),
        **CHANNELS,
        "face": "刷脸",
        "three_in_one": "实名核验",
    },
)


def declared() -> Mapping[str, Sequence[str]]:
    """电子签名 asks nothing through lookups; what happens without a system is said at the system."""
    return {}
