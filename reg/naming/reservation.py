"""名称保留: claims, keys and record in one transaction; renewed, given up, over, used once. 名称规定16-18; R104, R111.

What blocks is decided inside the transaction that takes the name. Whoever wants a name that sounds the same waits for the other
(one advisory lock per sound), then sees it; the unique claims are the database's own word on identical names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from foundation import audit, clock
from foundation.identity.actor import Actor
from reg.naming.checks import check_name
from reg.naming.comparison import Compared, Standing
from reg.naming.context import Business, NameContext, Parent
from reg.naming.finding import NameFinding
from reg.naming.index import CITY, Found, keys_drop, name_end, name_file, names_near
from reg.naming.keys import key, keys_of
from reg.naming.models import IndexedName, NameClaim, Reservation
from reg.naming.parts import Parts
from reg.naming.terms import RENEWALS, counts_until, held_until
from reg.naming.wordlists import matcher_now


class NameTaken(Exception):
    """The same name, or one that counts as the same, is there: `found` names it."""

    def __init__(self, found: Found) -> None:
        super().__init__("已有相同的名称")
        self.found = found


class NotAllowed(Exception):
    """A word rule stops it: forbidden, or restricted without a proof that a clerk accepted."""

    def __init__(self, findings: Iterable[NameFinding]) -> None:
        super().__init__("名称规则不允许")
        self.findings = tuple(findings)


class NotRead(Exception):
    """Similar names are there that the applicant has not read yet, some perhaps since a moment ago."""

    def __init__(self, found: Found) -> None:
        super().__init__("有相近的名称还没有看过")
        self.found = found


class NotHeld(Exception):
    """The reservation is over, used or given up; the message says which."""


@dataclass(frozen=True)
class Wish:
    """What is to be reserved, and for whom."""

    parts: Parts
    kind: str
    business: Business
    uscc: str = ""
    """For a change: the company whose new name it is; its own names do not stand in the way."""
    prior_approval: bool = False
    related: frozenset[str] = frozenset()
    """Credit codes of enterprises whose investment relation was proven."""
    scope: str = CITY
    district: str = ""
    proven: frozenset[str] = frozenset()
    """Rules whose 限制 a clerk has lifted, or is asked to lift."""
    parent: Parent | None = None
    """For a branch: whose it is."""
    other_industry: bool = False

    @property
    def context(self) -> NameContext:
        """What the word rules ask about."""
        return NameContext(
            self.kind,
            self.business,
            self.district,
            parent=self.parent,
            other_industry=self.other_industry,
            prior_approval=self.prior_approval,
        )


def name_reserve(
    *, actor: Actor, wish: Wish, read: Iterable[str] = (), waiting: bool = False, case_number: str = ""
) -> Reservation:
    """Hold a name for the actor, or for the case in which it was declared. `read`: similar names he was shown and went on.
    `waiting`: nobody else gets it while a clerk decides.

    Raises NotAllowed, NameTaken or NotRead, with all that was found at the moment of the decision; then nothing is kept.
    """
    try:
        with transaction.atomic():
            return _reserve(actor, wish, frozenset(read), waiting, case_number)
    except IntegrityError:
        # somebody else's claim was committed while ours waited for it: say whose
        raise NameTaken(_near(wish, clock.today())) from None


def _reserve(actor: Actor, wish: Wish, read: frozenset[str], waiting: bool, case_number: str) -> Reservation:
    day = clock.today()
    _must_be_allowed(wish)
    lock_sounds(wish.parts)
    found = _near(wish, day)
    if found.same:
        raise NameTaken(found)
    if any(hit.written not in read for hit in found.similar):
        raise NotRead(found)
    until = held_until(day, prior_approval=wish.prior_approval)
    counts = None if waiting or case_number else until
    name = name_file(wish.parts, scope=wish.scope, standing=Standing.RESERVED, until=counts, uscc=wish.uscc)
    _claim(name, wish, counts or date.max, day)
    one = Reservation.objects.create(
        number=_number(day),
        name=name,
        written=name.written,
        business=wish.business,
        entity_kind=wish.kind,
        uscc=wish.uscc,
        held_by=actor.person_index or "",
        state=Reservation.State.WAITING if waiting else Reservation.State.HELD,
        prior_approval=wish.prior_approval,
        until=until,
        acknowledged=[hit.written for hit in found.similar],
        made_at=clock.now(),
        case_number=case_number,
        by_case=bool(case_number),
    )
    audit.record(actor, "name.reserve", "name", one.number, until=until.isoformat())
    return one


def _must_be_allowed(wish: Wish) -> None:
    found = check_name(wish.parts, wish.context, matcher_now())
    stops = [
        one for one in found if one.severity == "forbid" or (one.severity == "restrict" and one.code not in wish.proven)
    ]
    if stops:
        raise NotAllowed(stops)


def _near(wish: Wish, day: date) -> Found:
    return names_near(wish.parts, day=day, scope=wish.scope, but=names_of(wish.uscc), related=wish.related)


def names_of(uscc: str) -> frozenset[int]:
    """The names an enterprise has in the index, its own reservations with them: they do not stand in its way."""
    return frozenset(IndexedName.objects.filter(uscc=uscc).values_list("pk", flat=True)) if uscc else frozenset()


def lock_sounds(parts: Parts) -> None:
    """Wait for everybody who is taking a 字号 of the same sound now; locks end with the transaction, taken in one order."""
    with connection.cursor() as cursor:
        for number in sorted(keys_of(Compared(parts)).sound):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def claims_of(parts: Parts) -> tuple[int, ...]:
    """What nobody else may hold: the name as written, 字号 with 小类, 字号 with words of industry (S01, S03, S04). Of a branch: the
    name as written."""
    compared = parts.compared
    claims = [key("w", Compared(parts).written)]
    if compared.is_branch:
        return tuple(claims)
    if compared.industry:
        claims.append(key("ti", f"{compared.trade}\0{compared.industry}"))
        if compared.small_class:
            claims.append(key("tc", f"{compared.trade}\0{compared.small_class}"))
    else:
        claims.append(key("t0", compared.trade))
    return tuple(claims)


def _claim(name: IndexedName, wish: Wish, until: date, day: date) -> None:
    """Insert the claims; those of reservations that are over make room. Kin may share a 字号, so they claim the name alone; what
    another name of the same enterprise claims does not stand in its way, unless it holds this very name already."""
    whole, *rest = claims_of(wish.parts)[:1] if wish.related else claims_of(wish.parts)
    standing = NameClaim.objects.filter(scope=wish.scope, key__in=(whole, *rest))
    standing.filter(until__lt=day).delete()
    own: set[int] = set()
    if wish.uscc:
        twice = Q(key=whole, name__standing=Standing.RESERVED)
        own = set(standing.filter(name__uscc=wish.uscc).exclude(twice).values_list("key", flat=True))
    claims = [one for one in (whole, *rest) if one not in own]
    NameClaim.objects.bulk_create(NameClaim(scope=wish.scope, key=one, until=until, name=name) for one in claims)


def _number(day: date) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('naming_reservation_serial')")
        row = cursor.fetchone()
    body = f"{day:%Y%m%d}{int(row[0]) % 10**8:08d}"
    return f"MB{body}{98 - int(body + '00') % 97:02d}"


# afterwards


def _locked(number: str) -> Reservation:
    return Reservation.objects.select_for_update(of=("self",)).select_related("name").get(number=number)


def _held(number: str) -> Reservation:
    return _must_be_held(_locked(number))


def _must_be_held(one: Reservation) -> Reservation:
    if one.state == Reservation.State.HELD and not one.holds_on(clock.today()):
        raise NotHeld(f"名称保留已于 {one.until:%Y年%-m月%-d日} 到期。")
    if one.state != Reservation.State.HELD:
        raise NotHeld(f"名称{Reservation.State(one.state).label}。")
    return one


def _must_be_in_no_case(one: Reservation) -> None:
    if one.case_number:
        raise NotHeld(f"这个名称正在用于变更登记（申请号 {one.case_number}）。要放弃或者延长，请先撤回那件申请。")


def _waiting(number: str) -> Reservation:
    one = _locked(number)
    if one.state != Reservation.State.WAITING:
        raise NotHeld(f"名称{Reservation.State(one.state).label}。")
    return one


@transaction.atomic
def reservation_renew(*, actor: Actor, number: str) -> Reservation:
    """Make the term longer by the ordinary one, once."""
    one = _held(number)
    _must_be_in_no_case(one)
    if one.renewed >= RENEWALS:
        raise NotHeld("保留期只能延长一次。")
    one.until = held_until(one.until, prior_approval=False)
    one.renewed += 1
    one.save(update_fields=["until", "renewed"])
    _counts_until(one, one.until)
    audit.record(actor, "name.renew", "name", one.number, until=one.until.isoformat())
    return one


def _counts_until(one: Reservation, until: date | None) -> None:
    """Until when the name keeps others away; None: as long as its case is under way."""
    assert one.name is not None  # noqa: S101  it is held
    IndexedName.objects.filter(pk=one.name.pk).update(until=until)
    NameClaim.objects.filter(name=one.name).update(until=until or date.max)


@transaction.atomic
def reservation_grant(*, actor: Actor, number: str) -> Reservation:
    """核准 by a clerk: the name that waited is held, for its whole term from today."""
    one = _waiting(number)
    one.state, one.until = Reservation.State.HELD, held_until(clock.today(), prior_approval=one.prior_approval)
    one.save(update_fields=["state", "until"])
    _counts_until(one, one.until)
    audit.record(actor, "name.grant", "name", one.number, until=one.until.isoformat())
    return one


@transaction.atomic
def reservation_refuse(*, actor: Actor, number: str) -> None:
    """不予核准 by a clerk: the name that waited is free at once."""
    _end(_waiting(number), Reservation.State.REFUSED)
    audit.record(actor, "name.refuse", "name", number)


@transaction.atomic
def reservation_release(*, actor: Actor, number: str) -> None:
    """Give the name up, held or still waiting for a clerk: it is free at once."""
    one = _locked(number)
    if one.state != Reservation.State.WAITING:
        _must_be_held(one)
        _must_be_in_no_case(one)
    _end(one, Reservation.State.RELEASED)
    audit.record(actor, "name.release", "name", one.number)


@transaction.atomic
def reservation_use(*, actor: Actor, number: str, uscc: str, case_number: str) -> None:
    """The register took the name: it is used once, and stands in the index as registered under `uscc`."""
    one = _held(number)
    assert one.name is not None  # noqa: S101  it is held
    one.state, one.ended_at, one.case_number = Reservation.State.USED, clock.now(), case_number
    one.save(update_fields=["state", "ended_at", "case_number"])
    IndexedName.objects.filter(pk=one.name.pk).update(standing=Standing.REGISTERED, until=None, uscc=uscc)
    NameClaim.objects.filter(name=one.name).update(until=date.max)
    audit.record(actor, "name.use", "name", one.number, case=case_number)


def reservations_expire() -> int:
    """Sweep: reservations whose last day is over are marked so and leave the index; how many."""
    late = Reservation.objects.filter(state=Reservation.State.HELD, until__lt=clock.today(), case_number="")
    done = 0
    for number in list(late.values_list("number", flat=True)[:500]):
        with transaction.atomic():
            one = _locked(number)
            if one.state == Reservation.State.HELD and not one.holds_on(clock.today()):
                _end(one, Reservation.State.EXPIRED)
                done += 1
    return done


def _end(one: Reservation, state: Reservation.State) -> None:
    name, one.name = one.name, None
    one.state, one.ended_at = state, clock.now()
    one.save(update_fields=["state", "ended_at", "name"])
    if name:
        keys_drop(name)
        name.delete()


@transaction.atomic
def name_changed(*, uscc: str, parts: Parts, day: date, reservation: str = "") -> None:
    """The register gave an enterprise a new name: the old one still counts for a year, the new one is filed (名称规定17(2)),
    unless a used `reservation` filed it; what both claim is the new one's."""
    new = IndexedName.objects.filter(reservation__number=reservation).first() if reservation else None
    now = IndexedName.objects.filter(uscc=uscc, standing=Standing.REGISTERED)
    for old in now.exclude(pk=new.pk) if new else now.exclude(written=parts.full):
        name_end(old, Standing.FORMER, counts_until(day))
        NameClaim.objects.filter(name=old).update(until=counts_until(day))
    if new:
        NameClaim.objects.filter(key__in=claims_of(parts), name__uscc=uscc).update(name=new, until=date.max)
    elif not reservation:
        name_file(parts, uscc=uscc)


@transaction.atomic
def name_given_up(*, uscc: str, day: date, revoked: bool = False) -> None:
    """The enterprise was deregistered, or its registration undone: its name counts for a year."""
    standing = Standing.REVOKED if revoked else Standing.DEREGISTERED
    for one in IndexedName.objects.filter(uscc=uscc, standing=Standing.REGISTERED):
        name_end(one, standing, counts_until(day))
        NameClaim.objects.filter(name=one).update(until=counts_until(day))


# in a case


def why_not_taken(one: Reservation | None, *, case_number: str, day: date) -> str:
    """Why a case cannot take up this reservation (R005), in one sentence; empty when it can, or has done so.

    None: of another enterprise, or there is no such number; which of the two is nobody's business.
    """
    if one is None:
        return "本企业名下没有这个保留号的变更名称，请对照名称保留的短信或者回执再填一次。"
    if one.state == Reservation.State.USED and one.case_number != case_number:
        return f"保留号 {one.number} 的名称已经用于登记，不能再用。"
    if one.state == Reservation.State.RELEASED:
        return f"保留号 {one.number} 的名称已经放弃，请重新申报名称。"
    if one.state == Reservation.State.EXPIRED or (one.state == Reservation.State.HELD and not one.holds_on(day)):
        return f"保留号 {one.number} 的名称已于 {one.until:%Y年%-m月%-d日} 到期，请重新申报名称。"
    if one.state not in {Reservation.State.HELD, Reservation.State.USED}:
        return f"保留号 {one.number} 的名称{Reservation.State(one.state).label}，现在还不能用。"
    if one.case_number not in {"", case_number}:
        return f"保留号 {one.number} 的名称已经用在另一件在办的申请（{one.case_number}）里。"
    return ""


@transaction.atomic
def reservation_take(*, actor: Actor, number: str, uscc: str, case_number: str) -> Reservation:
    """A change takes up a name that its enterprise holds (R005): from now on the term does not run out under the case."""
    mine = Reservation.objects.select_for_update(of=("self",)).select_related("name")
    one = mine.filter(number=number, business="change", uscc=uscc).first() if uscc else None
    why = why_not_taken(one, case_number=case_number, day=clock.today())
    if one is None or why:
        raise NotHeld(why)
    if one.case_number != case_number:
        one.case_number = case_number
        one.save(update_fields=["case_number"])
        _counts_until(one, None)
        audit.record(actor, "name.take", "name", one.number, case=case_number)
    return one


@transaction.atomic
def case_names_free(*, actor: Actor, case_number: str, but: str = "") -> None:
    """A case came to nothing, or wants another name: what it declared is free at once, what it brought is held to its term."""
    held = Reservation.objects.filter(case_number=case_number, state=Reservation.State.HELD).exclude(number=but)
    for one in held.select_for_update(of=("self",)).select_related("name"):
        if one.by_case:
            _end(one, Reservation.State.RELEASED)
            audit.record(actor, "name.release", "name", one.number)
            continue
        one.case_number = ""
        one.save(update_fields=["case_number"])
        _counts_until(one, one.until)
        audit.record(actor, "name.give_back", "name", one.number, until=one.until.isoformat())
