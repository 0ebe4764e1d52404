"""导办 (R001): what can be changed here, what is registered now, what one choice brings along and why, what goes to the window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from foundation import clock
from reg.casefile.models import AuthorityWindow, Case
from reg.casefile.selectors import entity_view
from reg.casefile.view import CaseView
from reg.catalog import codes
from reg.catalog.editions import Edition, edition, edition_on
from reg.catalog.offers import Link, Offer
from reg.catalog.places import authority_name
from reg.entities.models import Entity
from reg.entities.selectors import entity_facts
from reg.items.kit.days import day_words, years_after
from reg.items.registry import BY_CODE
from reg.materials.facts import link_facts

BUSINESS = "change"


@dataclass(frozen=True)
class Choice:
    """One line of the guide."""

    offer: Offer
    room: str
    now: str
    """What the register holds, in a few words."""
    state: str
    """choose, along, window."""
    barred: str = ""
    """Why it cannot be chosen now."""
    unbar: str = ""
    """What unblocks it."""
    links: tuple[Link, ...] = ()
    """What choosing it brings along, or may bring."""
    nudge: str = ""
    """Why it may be time to bring it up to date."""


@dataclass(frozen=True)
class Guide:
    """The page 选事项."""

    edition: Edition
    choices: tuple[Choice, ...]
    window: tuple[Choice, ...]
    authority: str
    window_address: AuthorityWindow | None
    stop: str = ""
    """Why nothing at all can be done online for this company now."""
    stop_fix: str = ""
    notice: str = ""


def guide(entity: Entity, *, public: bool = False) -> Guide:
    """What the present edition offers to `entity`, with the registered content of each item — not with `public`: for an
    agent whom the company has not confirmed."""
    current = edition_on(clock.today())
    facts = entity_facts(entity)
    shown: Mapping[str, Mapping[str, Any]] = {} if public else facts
    offers = current.offers(entity.kind, BUSINESS)
    stop, fix, notice = _standing(entity, current)
    return Guide(
        edition=current,
        choices=tuple(
            replace(_choice(o, shown, current, entity, stop), nudge=_nudge(o, entity) if shown else "")
            for o in offers
            if o.mode == "choose" and o.room in BY_CODE
        ),
        window=tuple(
            _choice(o, shown, current, entity, stop)
            for o in offers
            if o.mode == "window" and not _foreign_only(o, entity, facts)
        ),
        authority=authority_name(entity.authority),
        window_address=window_of(entity.authority),
        stop=stop,
        stop_fix=fix,
        notice=notice,
    )


def _nudge(offer: Offer, entity: Entity) -> str:
    """联络员信息更新: who was registered a year ago or longer is asked about whenever somebody comes to change something (R020)."""
    if offer.change_item != "contact":
        return ""
    since = entity.facts.open().filter(item_code="liaison").values_list("valid_from", flat=True).first()
    if since is None:
        return "还没有登记联络员，请补上，登记机关有事好联系。"
    old = years_after(since, 1) <= clock.today()
    return f"从{day_words(since)}起没有更新过，请核对还是不是这个人、这个号码。" if old else ""


def window_of(authority: str) -> AuthorityWindow | None:
    """The window's address as last approved; a version that waits for its checker does not show."""
    approved = AuthorityWindow.objects.filter(authority=authority, approved_at__isnull=False)
    return approved.order_by("-approved_at", "-pk").first()


def _foreign_only(offer: Offer, entity: Entity, facts: Mapping[str, Mapping[str, Any]]) -> bool:
    return offer.when == "entity.is_foreign_invested" and not entity_view(entity, facts).foreign_invested


def _standing(entity: Entity, current: Edition) -> tuple[str, str, str]:
    status = codes.enterprise_statuses()[entity.status]
    if not current.is_offered(entity.kind, BUSINESS):
        name = codes.enterprise_statuses()[entity.status].name if not status.established else ""
        why = f"（企业状态：{name}）" if name else ""
        return f"这类企业的变更还不能在手机上办{why}。", current.window_text(authority_name(entity.authority)), ""
    if entity.status != "liquidating" and not status.established:
        return (
            f"该企业当前状态为“{status.name}”，不能在线申请变更登记。",
            "请先到登记机关办理状态恢复，或改办注销登记。",
            "",
        )
    if entity.status == "liquidating":
        return "", "", "企业正在清算：只能在网上改登记联络员，别的变更请到登记机关窗口办理。"
    if entity.status == "dormant":
        return "", "", "企业正在歇业，可以照常办理变更登记；恢复营业后请及时公示。"
    return "", "", ""


def _choice(
    offer: Offer, facts: Mapping[str, Mapping[str, Any]], current: Edition, entity: Entity, stop: str
) -> Choice:
    barred = unbar = ""
    if entity.status == "liquidating" and offer.change_item != "contact" and offer.mode == "choose":
        barred = "企业正在清算，这一项不能在网上变更。"
        unbar = current.window_text(authority_name(entity.authority))
    return Choice(
        offer=offer,
        room=offer.room,
        now=registered_text(offer.change_item, facts) if facts else "",
        state=offer.mode,
        barred=barred or stop,
        unbar=unbar,
        links=current.links(entity.kind, BUSINESS, [offer.change_item]),
    )


def registered_text(change_item: str, facts: Mapping[str, Mapping[str, Any]]) -> str:
    """现在：… — what the register holds of an item, short."""
    match change_item:
        case "contact":
            return str(facts.get("liaison", {}).get("name", "没有登记"))
        case "leader":
            return str(facts.get("legal_representative", {}).get("name", "没有登记"))
        case "officers":
            rows = facts.get("officers", {}).get("rows", ())
            names = list(dict.fromkeys(row["name"] for row in rows))
            return f"{'、'.join(names[:3])}{'等' if len(names) > 3 else ''} {len(names)} 人" if names else "没有登记"
        case "address":
            return str(facts.get("domicile", {}).get("full", "没有登记"))
        case "name":
            return str(facts.get("name", {}).get("name", ""))
        case "capital":
            capital = facts.get("capital", {})
            return f"{capital.get('amount_wan', '')} 万{capital.get('currency', '')}" if capital else ""
        case "shareholders":
            names = [row["name"] for row in facts.get("shareholders", {}).get("rows", ())]
            return f"{names[0]}等 {len(names)} 名" if names else ""
        case "scope":
            items = facts.get("scope", {}).get("items", ())
            return f"{items[0]}等 {len(items)} 项" if items else ""
        case _:
            return ""


def rooms_to_change_items(current: Edition, rooms: Iterable[str]) -> list[str]:
    """Change items of these rooms; rooms of the case itself have none."""
    mapping = current.catalogue.rooms
    return [mapping[room] for room in rooms if room in mapping]


def brought_along(view: CaseView, chosen: Iterable[str]) -> list[dict[str, Any]]:
    """What comes along by law with `chosen` rooms, as the answers stand: [{item, reason, basis, code}]."""
    current = edition(view.edition)
    items = rooms_to_change_items(current, chosen)
    links = current.brought_along(view.entity.kind, view.business, items, link_facts(view))
    return [
        {"item": current.room_of(link.brings), "reason": link.reason, "basis": link.law_line, "code": link.code}
        for link in links
    ]


def preview_links(case_or_entity: Case | Entity, chosen: Iterable[str]) -> list[Link]:
    """Links a choice sets off or may set off, before anything is filled in: the guide's live answer."""
    entity = case_or_entity.entity if isinstance(case_or_entity, Case) else case_or_entity
    current = edition_on(clock.today())
    items = rooms_to_change_items(current, chosen)
    return [link for link in current.links(entity.kind, BUSINESS, items) if link.brings not in items]


def with_items(view: CaseView, chosen: Iterable[str]) -> CaseView:
    """The same case with other rooms chosen."""
    return replace(view, items=frozenset(chosen))
