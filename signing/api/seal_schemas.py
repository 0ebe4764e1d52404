"""The wire of 服务端批量签署 (R139): a business system orders the seal of an enterprise and brings up 电子营业执照 itself."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import Field

from signing.api.texts import Ref, SlotName, Strict, Url, UsccText
from signing.seals.ordering import SealWish, Wanted
from signing.seals.starting import MOST


class SealDocumentIn(Strict):
    ref: Ref = Field(description="业务系统里的文书编号")
    slot: SlotName | None = Field(None, description="盖哪一处（签名域名称）；不写就是这家企业在这份文书里第一处没盖的")


class SealOrderIn(Strict):
    uscc: UsccText = Field(description="哪家企业盖章：统一社会信用代码")
    documents: list[SealDocumentIn] = Field(
        min_length=1, max_length=MOST, description="盖哪些文书，可以是几批、几件申请的；每份一次盖一处"
    )
    return_url: Url | None = Field(None, description="持照人确认以后浏览器回到的地址，在业务系统自己的域名下")

    def wish(self) -> SealWish:
        return SealWish(
            uscc=self.uscc.upper(),
            wanted=tuple(Wanted(one.ref, one.slot or "") for one in self.documents),
            return_url=self.return_url or "",
        )


class SealedDocumentOut(Schema):
    document: str = Field(description="文书编号")
    title: str
    batch: str
    case_no: str
    slot: str
    role: str
    sign_no: str = Field(description="签署流水号，也是电子营业执照里这份文书的编号")
    state: str = Field(
        description="waiting 等企业确认，sealed 已盖章，failed 没有盖上，dropped 没有盖，late 已取消、签章存档不计"
    )
    reason: str = Field(description="没有盖上、没有盖的原因")
    digest_sm3: str = Field(description="签名原文的 SM3，十六进制")
    left: int = Field(description="这份文书里这家企业还有几处没盖；盖完再发起")


class PreparedDocumentOut(SealedDocumentOut):
    plaintext_base64: str | None = Field(description="签名原文，base64；已经有结果的没有")


class SealOrderFacts(Schema):
    seal_order: str = Field(description="这一次盖章的编号，查询和取消用")
    order_no: str | None = Field(description="业务唯一标识：电子营业执照的盖章订单号")
    state: str = Field(
        description="prepared 正在送去，ordered 等企业确认，有 confirmed_at 的已经确认、正在盖，settled 企业确认了，refused 企业没有同意，lapsed 取消了或者超时"
    )
    reason: str = Field(description="没有同意、取消、超时的说明")
    waits_for: str = Field(description="企业确认了，还在等谁才能盖上，例如认证机构；不等谁的为空")
    uscc: str
    name: str = Field(description="企业名称")
    es_id: str = Field(description="印章编号")
    url: str = Field(description="拉起电子营业执照的地址：手机上打开，或者做成二维码给持照人扫")
    started_at: datetime
    lapses_at: datetime = Field(description="到这个时间没有确认，文书放回待签")
    holder: str = Field(description="谁确认或者拒绝的，电子营业执照说的，打码；还没有的为空")
    confirmed_at: datetime | None = Field(description="他确认或者拒绝的时间，电子营业执照说的")
    settled_at: datetime | None


class SealOrderOut(SealOrderFacts):
    documents: list[SealedDocumentOut]


class SealOrderMadeOut(SealOrderFacts):
    documents: list[PreparedDocumentOut]
