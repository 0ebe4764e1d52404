"""Making papers: the plan becomes queued revisions, the worker sets them. Equal input keeps the paper and its signatures."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, timedelta

import structlog
from django.db import connection, transaction

from foundation import audit, clock
from foundation.crypto import crypto
from foundation.crypto.index import blind_index
from foundation.files.services import file_refer, file_store
from foundation.identity.actor import Actor
from reg.casefile.access import case_may_edit
from reg.casefile.models import Case
from reg.casefile.view import CaseView
from reg.items.kit import Facts
from reg.materials import typeset
from reg.materials.documents import DOCUMENTS, OWN, DocumentRefused, Extra
from reg.materials.extra import extra_of
from reg.materials.glyphs import MissingGlyph
from reg.materials.models import Paper, Share, Upload
from reg.materials.own import CannotSign, extra_for, joined, to_sign
from reg.materials.plan import UPLOADED_BODIES, Line, Plan, plan
from reg.materials.tasks import paper_make

log = structlog.get_logger(__name__)

SHARE_LIVES = timedelta(days=3)
OUR_FAULT = "这份文件没有做成，是系统的问题，不是您填错了。请稍后点“再试一次”。"


class PapersRefused(Exception):
    """A paper cannot be made of these answers; the message tells the applicant what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


NOTICE = "notice"
"""通知书 of the authority (F_REG_NOTICE): kept with the case, sealed by the authority, never by the applicant's signers."""


def papers_current(case: Case) -> list[Paper]:
    """The applicant's papers as they stand, in the order of the catalogue; what the authority sends is not among them."""
    order = {code: n for n, code in enumerate(DOCUMENTS)}
    current = (
        case.papers.exclude(state=Paper.State.SUPERSEDED).exclude(doc=NOTICE).select_related("file", "signed_file")
    )
    return sorted(current, key=lambda paper: (order.get(paper.doc, 99), paper.pk))


def signatures_counted(case: Case) -> tuple[int, int, int]:
    """Signatures that are there, signatures asked for, and papers that wait for one; over the current papers (R149)."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [case.pk])
        done, total, unfinished = cursor.fetchone()
    return int(done), int(total), int(unfinished)


_COUNT = """
SELECT count(*) FILTER (WHERE s.state = 'signed'), count(*), count(DISTINCT p.id) FILTER (WHERE p.signed_file_id IS NULL)
FROM materials_slot s JOIN materials_paper p ON p.id = s.paper_id
WHERE p.case_id = %s AND p.state <> 'superseded'
"""


def own_lines(case: Case) -> set[str]:
    """Lines for which the applicant brings his own paper."""
    return set(Upload.objects.filter(case=case, own=True).values_list("line", flat=True))


@transaction.atomic
def papers_refresh(*, actor: Actor, case: Case, view: CaseView, facts: Facts) -> Plan:
    """Bring the papers into step with the answers: unchanged ones stay, changed ones get a new revision, dropped ones go."""
    Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    listed = plan(view, facts)
    own, signed_here = own_lines(case), to_sign(case)
    standing = {(paper.doc, paper.party): paper for paper in papers_current(case)}
    wanted: set[tuple[str, str]] = set()
    for line in listed.of("generated"):
        if line.document is None:
            continue
        if line.key not in own:
            for party in parties_of(line, view):
                key = (line.document.code, party_index(party))
                wanted.add(key)
                _paper_keep_or_queue(case, view, line, party, standing.get(key))
        elif line.key in signed_here:
            key = (OWN.code, line.key)
            wanted.add(key)
            _own_keep_or_queue(case, view, line, signed_here[line.key], standing.get(key))
    for key, paper in standing.items():
        if key not in wanted:
            _supersede(paper)
    return listed


def parties_of(line: Line, view: CaseView) -> Iterable[str | None]:
    """Parties that each get a copy; bodies that cannot sign electronically are uploaded instead."""
    if line.document is None:
        return ()
    return [party for party in line.document.parties(view) if party not in UPLOADED_BODIES]


def party_index(party: str | None) -> str:
    """The party as it may stand in the database in clear."""
    if not party:
        return ""
    return blind_index("party", party)[:40] if ":" in party else party


def _own_keep_or_queue(case: Case, view: CaseView, line: Line, upload: Upload, standing: Paper | None) -> None:
    """The applicant's own paper with its signature page, in the place of the generated one."""
    page = replace(line, title=f"{line.title}（自备）", document=OWN)
    try:
        extra = extra_for(view, line, DOCUMENTS[line.key], upload)
    except DocumentRefused as refused:
        _paper_refused(case, page, line.key, standing, str(refused))
        return
    _paper_keep_or_queue(case, view, page, line.key, standing, extra=extra, title=page.title)


def _paper_keep_or_queue(
    case: Case,
    view: CaseView,
    line: Line,
    party: str | None,
    standing: Paper | None,
    *,
    extra: Extra | None = None,
    title: str = "",
) -> None:
    document = line.document
    if document is None:
        return
    try:
        data = document.build(view, party, extra or extra_of(view))
    except DocumentRefused as refused:
        _paper_refused(case, line, party, standing, str(refused))
        return
    digest = typeset.input_hash(document.code, data)
    digest = hashlib.sha256(f"{digest}:{view.edition}".encode()).hexdigest()
    if standing and standing.input_hash == digest:
        return
    revision = 1
    if standing:
        revision = standing.revision + 1
        _supersede(standing)
    paper = Paper.objects.create(
        case=case,
        doc=document.code,
        party=party_index(party),
        party_key=party or "",
        title=title or document.title(view, party),
        revision=_next_revision(case, document.code, party_index(party), revision),
        input_hash=digest,
        data=data,
        must_read=document.must_read(view, party),
        queued_at=clock.wall(),
    )
    paper_make.configure(lock=f"paper:{paper.pk}").defer(paper_id=paper.pk, day=view.legal_day.isoformat())


def _next_revision(case: Case, doc: str, party: str, least: int) -> int:
    last = case.papers.filter(doc=doc, party=party).order_by("-revision").values_list("revision", flat=True).first()
    return max(least, (last or 0) + 1)


def _paper_refused(case: Case, line: Line, party: str | None, standing: Paper | None, why: str) -> None:
    """The answers do not make this paper: said at the paper, with what to do."""
    if standing and standing.state == Paper.State.FAILED and standing.problem == why[:300]:
        return
    if standing:
        _supersede(standing)
    doc = line.document.code if line.document else line.key
    Paper.objects.create(
        case=case,
        doc=doc,
        party=party_index(party),
        party_key=party or "",
        title=line.title,
        revision=_next_revision(case, doc, party_index(party), 1),
        input_hash="",
        data={},
        state=Paper.State.FAILED,
        problem=why[:300],
        queued_at=clock.wall(),
    )


def _supersede(paper: Paper) -> None:
    """The old revision is kept as evidence."""
    Paper.objects.filter(pk=paper.pk).update(state=Paper.State.SUPERSEDED)


def paper_set(paper: Paper, day: str) -> None:
    """Set one queued paper; what cannot be set says why, with the character named."""
    try:
        made = typeset.compile(paper.doc, paper.data, legal_day=date.fromisoformat(day))
        pdf, pages, slots = made.pdf, made.page_count, [asdict(place) for place in made.slots]
        if paper.doc == OWN.code:
            pdf, pages, slots = joined(paper.data, made)
    except CannotSign as cannot:
        _paper_failed(paper, str(cannot))
        return
    except MissingGlyph as missing:
        _paper_failed(paper, str(missing))
        return
    except typeset.TypesetError as fault:
        log.error("paper_not_set", case=paper.case.number, doc=paper.doc, error=str(fault)[:300])
        _paper_failed(paper, OUR_FAULT)
        return
    stored = file_store(pdf, kind="pdf")
    with transaction.atomic():
        row = Paper.objects.select_for_update().get(pk=paper.pk)
        if row.state != Paper.State.QUEUED:
            return
        file_refer(stored)
        row.file, row.pages, row.text, row.state = stored, pages, made.text, Paper.State.READY
        row.slots = slots
        row.made_at = clock.wall()
        row.save(update_fields=["file", "pages", "text", "slots", "state", "made_at"])


def _paper_failed(paper: Paper, why: str) -> None:
    Paper.objects.filter(pk=paper.pk, state=Paper.State.QUEUED).update(
        state=Paper.State.FAILED, problem=why[:300], made_at=clock.wall()
    )


@transaction.atomic
def paper_retry(*, actor: Actor, paper: Paper, day: str) -> None:
    """Again, after a failure."""
    if (
        Paper.objects.filter(pk=paper.pk, state=Paper.State.FAILED)
        .exclude(input_hash="")
        .update(state=Paper.State.QUEUED, problem="", queued_at=clock.wall())
    ):
        audit.record(actor, "paper.retry", "case", paper.case.number, doc=paper.doc)
        paper_make.configure(lock=f"paper:{paper.pk}").defer(paper_id=paper.pk, day=day)


@transaction.atomic
def share_make(*, actor: Actor, paper: Paper, key: str = "") -> str:
    """A link to one paper for three days; returns the token, which is kept nowhere. The same key gets the same link."""
    token = blind_index("share", f"{actor.ref}:{paper.pk}:{key}")[:32] if key else secrets.token_urlsafe(24)
    now = clock.wall()
    _, fresh = Share.objects.get_or_create(
        token_digest=crypto().sm3(token.encode()).hex(),
        defaults={"paper": paper, "made_by": actor.ref, "made_at": now, "ends_at": now + SHARE_LIVES},
    )
    if fresh:
        audit.record(actor, "paper.share", "case", paper.case.number, doc=paper.doc)
    return token


def share_open(token: str) -> Share | None:
    """The share behind a token while it lasts."""
    digest = crypto().sm3(token.encode()).hex()
    share = Share.objects.select_related("paper__file", "paper__signed_file").filter(token_digest=digest).first()
    return share if share and share.ends_at > clock.wall() else None


@transaction.atomic
def own_paper_choose(*, actor: Actor, case: Case, line: str, title: str, own: bool, sign_here: bool = False) -> Upload:
    """自备文书: bring one's own paper instead of the generated one — signed on paper already, or to be signed here — or go
    back to the generated one."""
    case_may_edit(actor, case)
    fresh = {"changed_at": clock.wall(), "title": title}
    upload, _ = Upload.objects.get_or_create(case=case, line=line, defaults=fresh)
    upload.own, upload.sign_here, upload.changed_at = own, own and sign_here, clock.wall()
    upload.save(update_fields=["own", "sign_here", "changed_at"])
    audit.record(actor, "paper.own", "case", case.number, line=line, own=own, sign_here=upload.sign_here)
    return upload
