"""签署流水号: number of the case, of the document in it, of the slot and of the attempt; one in the whole system. R148."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from signing.tasks.models import ClientSystem, Matter, Task


def attempts_number(tasks: Sequence[Task]) -> None:
    """Count one more attempt of each of these slots and give it its number; the caller holds their locks and saves.

    Clients number their own cases, so two may have the same number: the one that came first has it bare, before every other
    one's stands the client's name.
    """
    bare = _bare({task.document.batch.matter.number for task in tasks})
    for task in tasks:
        matter = task.document.batch.matter
        case = matter.number if bare[matter.number] == matter.pk else f"{matter.client.name}.{matter.number}"
        task.attempt += 1
        task.sign_no = f"{case}-{task.document.seq}-{task.position}-{task.attempt}"


def _bare(numbers: Collection[str]) -> dict[str, int]:
    """The case that has each of these numbers bare. One that was on its way when another's papers were signed came later."""
    clients = list(ClientSystem.objects.values_list("pk", flat=True))
    equal = Matter.objects.filter(client__in=clients, number__in=numbers).order_by("-pk")
    first: dict[str, int] = {}
    for number, pk in equal.values_list("number", "pk"):
        if number in first:
            pk = _bears(number) or pk
        first[number] = pk
    return first


def _bears(number: str) -> int | None:
    """Whose slots bear this number bare already."""
    borne = Task.objects.filter(document__batch__matter__number=number, sign_no__startswith=f"{number}-")
    return borne.order_by("pk").values_list("document__batch__matter", flat=True).first()
