"""由总部自己拉起电子营业执照: this system starts the seal of the head office, shows the way to it, and asks what came of it. R139."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from foundation import clock
from foundation.config import config
from sandbox.chain_office.models import ChainPaper, ChainSeal, Launch
from sandbox.chain_office.service import signing
from sandbox.world.models import Company
from signing_client import Refused, SealDocument, SealOrder, SealOrderMade, SealOrderState, SigningFailed


def papers_to_seal(launch: Launch) -> list[str]:
    """References of the papers whose place for the head office's seal is open, as far as was heard of papers and seals."""
    sealed = {one["document"] for seal in launch.seals.all() for one in seal.results if one["state"] == "sealed"}
    papers = ChainPaper.objects.filter(case__launch=launch, state="open").only("ref", "tasks")
    return [paper.ref for paper in papers if paper.ref not in sealed and any(_waits(task) for task in paper.tasks)]


def _waits(task: dict[str, str]) -> bool:
    return task.get("kind") == "seal" and task["state"] == "open"


def seal_start(launch: Launch) -> ChainSeal | None:
    """Start it for all papers that wait; a second tap finds the one that runs, and sends again what did not arrive."""
    seal = _made(launch)
    if seal is not None and seal.state == "unsent":
        _send(seal)
    return seal


@transaction.atomic
def _made(launch: Launch) -> ChainSeal | None:
    Launch.objects.select_for_update().get(pk=launch.pk)
    latest = launch.seals.last()
    if latest is not None and latest.running:
        return latest
    documents = papers_to_seal(launch)
    if not documents:
        return None
    number = f"{launch.number}-GZ{launch.seals.count() + 1}"
    return ChainSeal.objects.create(launch=launch, number=number, documents=documents)


def _send(seal: ChainSeal) -> None:
    base, page = config().base_url("sandbox"), reverse("chain-launch", args=[seal.launch.number])
    order = SealOrder(
        uscc=Company.objects.get(pk=seal.launch.company).uscc,
        documents=[SealDocument(ref=ref) for ref in seal.documents],
        return_url=f"{base}{page}",
    )
    began = clock.wall()
    try:
        _keep(seal, signing().seal_order_create(order, key=seal.number), began)
    except SigningFailed as failed:
        _trouble(seal, failed, over=isinstance(failed, Refused))


def seal_heard(ref: str) -> None:
    """A callback came."""
    ChainSeal.objects.filter(ref=ref).update(heard_at=clock.wall())


def seal_of(launch: Launch, *, ask: bool = False) -> ChainSeal | None:
    """The latest of a launch, asked for when something was heard of it (`ask`: whatever was heard)."""
    seal = launch.seals.last()
    if seal is not None and seal.ref and seal.running and (ask or seal.stale):
        began = clock.wall()
        try:
            _keep(seal, signing().seal_order_show(seal.ref), began)
        except SigningFailed as failed:
            _trouble(seal, failed)
    return seal


def seal_cancel(launch: Launch) -> None:
    """What the holder did not confirm waits again; what never arrived is over here."""
    seal = launch.seals.last()
    if seal is None or not seal.running:
        return
    if not seal.ref:
        seal.state, seal.problem = "lapsed", "取消了"
        seal.save(update_fields=["state", "problem"])
        return
    began = clock.wall()
    try:
        _keep(seal, signing().seal_order_cancel(seal.ref), began)
    except SigningFailed as failed:
        _trouble(seal, failed)


@transaction.atomic
def _keep(seal: ChainSeal, said: SealOrderState | SealOrderMade, began: datetime) -> None:
    """Keep an answer, unless one to a later question is here already. `began`: when it was asked for."""
    ChainSeal.objects.select_for_update().get(pk=seal.pk)
    seal.refresh_from_db()
    if seal.asked_at is not None and seal.asked_at >= began:
        return
    seal.ref, seal.order_no, seal.url = said.seal_order, said.order_no or "", said.url
    seal.state, seal.lapses_at, seal.problem, seal.asked_at = said.state, said.lapses_at, _why(said), began
    seal.results = [
        {"document": one.document, "title": one.title, "state": one.state, "reason": one.reason}
        for one in said.documents
    ]
    seal.save()


def _why(said: SealOrderState | SealOrderMade) -> str:
    return f"持照人确认了，在等{said.waits_for}，会自动接着盖" if said.waits_for else said.reason[:300]


def _trouble(seal: ChainSeal, failed: SigningFailed, *, over: bool = False) -> None:
    """Keep why a call did not do what it should; `over`: it never will."""
    seal.problem = str(failed)[:300]
    if over:
        seal.state = "failed"
    seal.save(update_fields=["problem", *(["state"] if over else [])])
