"""Signing subjects (签署人): persons and enterprises, kept apart from the accounts of any client system."""

from __future__ import annotations

import re

from django.db.models import Q, QuerySet

from foundation import clock
from foundation.crypto.index import person_index
from foundation.identity.actor import Actor
from foundation.ui.masks import mask_id, mask_mobile, mask_name
from signing.tasks.models import Subject
from signing.tasks.orders import OrderRefused, Signer


def subject_know(signer: Signer) -> Subject:
    """The subject behind a signer of an order. A name that a real-person verification has settled is not overwritten."""
    entity = signer.kind == Subject.Kind.ENTITY
    key = signer.uscc if entity else person_index(signer.id_type, signer.id_number)
    subject = _know(signer.kind, key, signer)
    # a person's own log-in knows his mobile best; whom to call in an enterprise only the client knows, and it changes
    if signer.mobile and (not subject.mobile or (entity and subject.mobile != signer.mobile)):
        subject.mobile = signer.mobile
        subject.save(update_fields=["mobile"])
    return subject


def _know(kind: Subject.Kind, key: str, signer: Signer) -> Subject:
    subject, created = Subject.objects.get_or_create(
        kind=kind,
        key=key,
        defaults={
            "name": signer.name,
            "id_type": signer.id_type,
            "id_number": signer.id_number,
            "mobile": signer.mobile,
        },
    )
    if created or subject.name == signer.name:
        return subject
    free = Subject.objects.filter(
        pk=subject.pk, name_settled_at=None
    )  # asked as it is written: it may be settled meanwhile
    if not free.update(name=signer.name):
        raise OrderRefused("signer_name", f"{signer.name} 的姓名与实名信息不一致，请核对姓名和证件号码。")
    subject.name = signer.name
    return subject


def subject_settle(*, name: str, id_type: str, id_number: str, mobile: str = "") -> Subject:
    """A person as an identity provider has described him: his name is settled from now on."""
    subject, _ = Subject.objects.update_or_create(
        kind=Subject.Kind.PERSON,
        key=person_index(id_type, id_number),
        defaults={"name": name, "id_type": id_type, "id_number": id_number, "name_settled_at": clock.wall()},
    )
    if mobile and subject.mobile != mobile:
        subject.mobile = mobile
        subject.save(update_fields=["mobile"])
    return subject


def subject_masked(subject: Subject, words: str) -> str:
    """What somebody else says of a person, with his own name, number and mobile masked wherever they stand in it."""
    for value, mask in ((subject.id_number, mask_id), (subject.mobile, mask_mobile), (subject.name, mask_name)):
        if value and subject.is_person:
            apart = r"[\s-]*".join(map(re.escape, value))
            for found in set(re.findall(apart, words, flags=re.IGNORECASE)):
                words = words.replace(found, mask(found))
    return words


def subjects_of(actor: Actor) -> QuerySet[Subject]:
    """For whom the actor may sign here: himself, and the enterprise for which he was let in. Their papers: scope.py."""
    mine = Q(kind=Subject.Kind.PERSON, key=actor.person_index)
    if actor.entity_uscc:
        mine |= Q(kind=Subject.Kind.ENTITY, key=actor.entity_uscc)
    return Subject.objects.filter(mine) if actor.person_index else Subject.objects.none()


def person_of(actor: Actor) -> Subject | None:
    """The natural person behind the log-in; None for who never had anything to sign."""
    return subjects_of(actor).filter(kind=Subject.Kind.PERSON).first()


def entity_of(actor: Actor) -> Subject | None:
    """The enterprise for which he was let in; None without one, or when it never had anything to seal."""
    return subjects_of(actor).filter(kind=Subject.Kind.ENTITY).first()
