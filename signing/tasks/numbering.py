"""签署流水号: number of the case, of the document in it, of the slot and of the attempt; one in the whole system. R148."""

from __future__ import annotations

from collections.abc import Sequence

from signing.tasks.models import ClientSystem, Matter, Task


def attempts_number(tasks: Sequence[Task]) -> None:
    """Count one more attempt of each of these slots and give it its number; the caller holds their locks and saves.

    Clients number their own cases, so two may have the same number: the one that came first has it bare, before every other
    one's stands the client's name.
    """
    numbers = {task.document.batch.matter.number for task in tasks}
    clients = list(ClientSystem.objects.values_list("pk", flat=True))
    equal = Matter.objects.filter(client__in=clients, number__in=numbers).order_by("-pk")
    first = dict(equal.values_list("number", "pk"))
    for task in tasks:
        matter = task.document.batch.matter
        bare = first[matter.number] == matter.pk
        case = matter.number if bare else f"{matter.client.name}.{matter.number}"
        task.attempt += 1
        task.sign_no = f"{case}-{task.document.seq}-{task.position}-{task.attempt}"
