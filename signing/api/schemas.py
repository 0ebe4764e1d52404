"""The wire: what comes in and goes out as JSON. Descriptions are Chinese, since other systems' builders read them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import Field, StringConstraints, model_validator

from signing.api.texts import (
    AuthorisationNo,
    AuthorityCode,
    CaseNo,
    Clean,
    LongText,
    May2,
    May18,
    May20,
    May40,
    May120,
    May200,
    PdfText,
    Ref,
    Sha256,
    SlotName,
    Strict,
    Text2,
    Text40,
    Text60,
    Text120,
    Text200,
    Url,
    UsccText,
)
from signing.tasks.models import Business, Subject, Task
from signing.tasks.orders import AuthorisationOrder, BatchOrder, DocumentOrder, Signer, SlotOrder


class PersonIn(Strict):
    name: Text60 = Field(description="姓名")
    id_type: Text2 = Field(description="证件类型代码")
    id_number: Text40 = Field(description="证件号码")
    mobile: May20 = Field("", description="手机号，用于短信通知")

    def signer(self) -> Signer:
        return Signer(
            kind=Subject.Kind.PERSON,
            name=self.name,
            id_type=self.id_type,
            id_number=self.id_number,
            mobile=self.mobile,
        )


class EntityIn(Strict):
    name: Text120 = Field(description="企业名称")
    uscc: UsccText = Field(description="统一社会信用代码")


class SignerIn(Strict):
    kind: Literal["person", "entity"] = Field(description="person 个人，entity 企业")
    name: Text120
    id_type: May2 = ""
    id_number: May40 = ""
    mobile: May20 = ""
    uscc: May18 = ""

    @model_validator(mode="after")
    def whole(self) -> Self:
        if self.kind == "person" and not (self.id_type and self.id_number):
            raise ValueError("个人签署人要有 id_type 和 id_number")
        if self.kind == "entity" and len(self.uscc) != 18:
            raise ValueError("企业签署人要有 18 位 uscc")
        return self

    def signer(self) -> Signer:
        return Signer(
            kind=Subject.Kind(self.kind),
            name=self.name,
            id_type=self.id_type,
            id_number=self.id_number,
            mobile=self.mobile,
            uscc=self.uscc.upper(),
        )


class PrincipalIn(Strict):
    name: Text60 = Field(description="授权人姓名。只能是个人，例如法定代表人；企业的意思用盖章表示")
    id_type: Text2 = Field(description="证件类型代码")
    id_number: Text40 = Field(description="证件号码")

    def signer(self) -> Signer:
        return Signer(kind=Subject.Kind.PERSON, name=self.name, id_type=self.id_type, id_number=self.id_number)


class AuthorisationIn(Strict):
    number: AuthorisationNo = Field(description="授权编号，业务系统里唯一；内容变了要用新编号")
    granted_on: date = Field(description="授权日期，从这一天起有效，上海日期")
    valid_until: date = Field(description="有效期截止，含这一天，上海日期")
    covers: Text120 = Field(description="授权事项，一句话")

    def order(self) -> AuthorisationOrder:
        return AuthorisationOrder(
            number=self.number, granted_on=self.granted_on, valid_until=self.valid_until, covers=self.covers
        )


class SlotIn(Strict):
    name: SlotName = Field(description="签名域名称，一份文书里唯一")
    page: int = Field(ge=0, le=500, description="页，从 0 起")
    x: float = Field(ge=0, le=6000, description="左边，点，从页面左下角起")
    y: float = Field(ge=0, le=6000)
    width: float = Field(gt=0, le=6000)
    height: float = Field(gt=0, le=6000)
    role: Text40 = Field(description="以什么身份签，例如 股东；授权签署时是授权人的身份，例如 法定代表人")
    kind: Literal["person", "seal"] = Field(description="person 个人签名，seal 企业盖章")
    signer: SignerIn
    on_behalf_of: PrincipalIn | None = Field(None, description="授权签署：代谁签。和 authorisation 一起写")
    authorisation: AuthorisationIn | None = Field(None, description="授权签署：依据的授权。和 on_behalf_of 一起写")

    def order(self) -> SlotOrder:
        return SlotOrder(
            name=self.name,
            page=self.page,
            x=self.x,
            y=self.y,
            width=self.width,
            height=self.height,
            role=self.role,
            kind=Task.Kind(self.kind),
            signer=self.signer.signer(),
            on_behalf_of=self.on_behalf_of.signer() if self.on_behalf_of else None,
            authorisation=self.authorisation.order() if self.authorisation else None,
        )


class DocumentIn(Strict):
    ref: Ref = Field(description="业务系统里的文书编号；同一编号在签署期间锁定")
    title: Text120
    sha256: Sha256 = Field(description="文件 SHA-256；取到的文件不一致就不签")
    download_url: Url = Field(description="取文件的地址，只取一次，请求带签名")
    must_read: list[Text200] = Field(default_factory=list, max_length=20, description="签名前要认准的要点")
    text: LongText = Field(
        "",
        description="全文文字版，供读屏软件。取文件时和文件逐词核对：印出来的字（页眉也算，页码不算）要说全，数字的多少和先后要一样，"
        "文件里没有的字不要说，只有方框和空格可以说成“已勾选”“未勾选”“无”。对不上的，或者页上有图片的，不给签署人看，要他看每一页图片",
    )
    slots: list[SlotIn] = Field(min_length=1, max_length=200)

    def order(self) -> DocumentOrder:
        return DocumentOrder(
            ref=self.ref,
            title=self.title,
            sha256=self.sha256,
            download_url=self.download_url,
            must_read=tuple(self.must_read),
            text=self.text,
            slots=tuple(slot.order() for slot in self.slots),
        )


class BatchIn(Strict):
    ref: Ref
    business: Literal["change", "deregistration", "chain", "establishment", "naming"] = Field(
        description="业务类型：变更、注销、大型连锁、设立、名称"
    )
    case_no: CaseNo = Field(description="业务流水号")
    title: Text120
    company: EntityIn | None = Field(None, description="所办企业；设立时可以没有代码")
    company_name: May120 = ""
    callback_url: Url | None = None
    return_url: Url | None = Field(None, description="签完后回到业务系统的地址")
    documents: list[DocumentIn] = Field(min_length=1, max_length=200)

    def order(self) -> BatchOrder:
        return BatchOrder(
            ref=self.ref,
            business=Business(self.business),
            case_no=self.case_no,
            title=self.title,
            company_name=self.company.name if self.company else self.company_name,
            company_uscc=self.company.uscc.upper() if self.company else "",
            callback_url=self.callback_url or "",
            return_url=self.return_url or "",
            documents=tuple(document.order() for document in self.documents),
        )


class TicketIn(Strict):
    person: PersonIn
    entity: EntityIn | None = Field(None, description="业务系统已确认此人可以代表的企业")
    batch: Ref | None = Field(None, description="直接打开这一批")
    next: May200 = Field("", description="签署应用里的路径")


class TicketOut(Schema):
    url: str = Field(description="一次性地址，60 秒内有效")


class RemindIn(Strict):
    batch: Ref
    person: PersonIn | None = Field(None, description="只催这一位；不写就催全部没签的人")


class RemindOut(Schema):
    told: int = Field(description="发了短信的人数；十分钟内催过的不再发")


class TodoIn(Strict):
    person: PersonIn
    entity: EntityIn | None = None
    business: Literal["", "change", "deregistration", "chain", "establishment", "naming"] = ""


class BehalfOut(Schema):
    name: str = Field(description="代谁签")
    role: str = Field(description="授权人的身份，例如 法定代表人")
    authorisation: str = Field(description="授权编号")
    granted_on: date
    valid_until: date
    covers: str = Field(description="授权事项")
    ended_at: datetime | None = Field(description="授权终止的时间；到期的没有")


class TodoBehalfOut(BehalfOut):
    document: str = Field(description="文书名称")


class TodoOut(Schema):
    batch: str
    business: str
    case_no: str
    company: str
    title: str
    documents: list[str] = Field(description="等签的文书名称")
    seal: bool = Field(description="true：等企业盖章")
    on_behalf_of: list[TodoBehalfOut] = Field(description="其中授权签署的签名位置，每处一条；本人签的不在这里")


class TodosOut(Schema):
    counts: dict[str, int] = Field(description="每种业务等签的文书数")
    todos: list[TodoOut]


class TaskOut(Schema):
    slot: str
    role: str
    kind: str
    signer_kind: str
    signer_name: str
    state: str = Field(description="open 待签，signing 正在签，signed 已签，refused 不同意，cancelled 已取消")
    sign_no: str | None = Field(description="签署流水号")
    closed_at: datetime | None
    reason: str = Field(description="不同意的理由；授权终止或者到期的，写明是哪一种")
    on_behalf_of: BehalfOut | None = Field(None, description="授权签署的，代谁签、依据哪份授权")


class DocumentOut(Schema):
    ref: str
    title: str
    state: str = Field(description="fetching、rejected、open、complete、refused、cancelled")
    locked: bool
    problem_code: str
    problem: str
    signed_sha256: str | None = Field(description="签齐后的文件摘要")
    tasks: list[TaskOut]


class BatchOut(Schema):
    batch: str
    case_no: str
    state: str = Field(
        description="preparing 取文件，open 待签，signed 签齐，stopped 有人不同意、文件不能签、授权终止或者到期，cancelled 已取消"
    )
    ready_at: datetime | None
    done_at: datetime | None
    cancelled_at: datetime | None
    documents: list[DocumentOut]


class SignatureOut(Schema):
    slot: str
    role: str
    signer_name: str
    sign_no: str
    business_no: str
    verification_no: str
    ceremony_no: str
    certificate_serial: str
    certificate_base64: str
    signed_at: datetime
    file_sm3: str
    on_behalf_of: BehalfOut | None = Field(None, description="授权签署的，代谁签、依据哪份授权")


class SignaturesOut(Schema):
    document: str
    signatures: list[SignatureOut]


class AuthorisationOut(Schema):
    number: str
    ended_at: datetime | None
    signed: int = Field(description="终止以前据此签成的签名数，仍然有效")
    stopped: int = Field(description="因此停签的文书数，每份都有回调")


class MendingStepOut(Schema):
    code: str = Field(description="attachments、scripts 等")
    count: int = Field(description="几个、几处或几个字节")
    text: str = Field(description="做什么，例如 去掉 2 个附件")


class PdfCheckOut(Schema):
    admitted: bool
    pages: int | None = None
    warnings: list[str] = Field(default_factory=list)
    code: str | None = None
    message: str | None = None
    fix: str | None = None
    mendable: Annotated[bool, Field(description="能不能整理成可以签的；看到的内容不变")] = False
    mending: list[MendingStepOut] = Field(default_factory=list, description="整理会做什么；用 pdf/mend 取整理后的文件")
    not_mended: Annotated[str | None, Field(description="为什么不能整理")] = None


class ErrorOut(Schema):
    error: str
    message: str


class SealSlotIn(Strict):
    name: SlotName = Field(description="签名域名称")
    page: int = Field(ge=0, le=500, description="页，从 0 起")
    x: float = Field(ge=0, le=6000)
    y: float = Field(ge=0, le=6000)
    width: float = Field(gt=0, le=6000)
    height: float = Field(gt=0, le=6000)


class AuthoritySealIn(Strict):
    ref: Ref = Field(description="业务系统里的编号；同一编号给同一份文件")
    authority: AuthorityCode = Field(description="登记机关代码")
    name: Text120 = Field(description="登记机关名称，刻在印章上")
    case_no: CaseNo = Field(description="业务流水号，溯源用")
    title: Text120 = Field(description="文书名称")
    pdf_base64: PdfText = Field(description="待盖章的 PDF")
    slots: list[SealSlotIn] = Field(min_length=1, max_length=5)


StaffRef = Annotated[str, Clean, StringConstraints(min_length=1, max_length=40)]


class TraceIn(Strict):
    number: Text120 = Field(description="业务、认证、签署流水号，签署过程编号，证书序列号，授权编号，文件摘要或验签码")
    staff: StaffRef = Field(description="替哪位工作人员查，记入审计")
    masked: bool = Field(True, description="姓名和地址打码")


class TraceStepOut(Schema):
    at: datetime
    what: str = Field(description="做了什么")
    who: str
    numbers: dict[str, str] = Field(description="编号的名称和编号")
    note: str
    bad: bool = Field(description="没有办成，或者被拒绝")


class TraceOut(Schema):
    document: str = Field(description="业务系统里的文书编号")
    title: str
    state: str
    case_no: str
    company: str
    found_as: list[str] = Field(description="按哪种编号查到的")
    code: str | None = Field(None, description="验签码；没有签齐的没有")
    verify_url: str | None = None
    stamped_at: datetime | None = None
    stamp_problem: str = Field("", description="时间戳还没取到的原因")
    steps: list[TraceStepOut]


class TracesOut(Schema):
    documents: list[TraceOut]


class EvidenceIn(Strict):
    staff: StaffRef = Field(description="替哪位工作人员导出，记入审计")
