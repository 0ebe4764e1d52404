"""Jobs of the flow."""

from __future__ import annotations

from foundation.jobs import job


@job(queue="signing", attempts=6)
def signing_sync(case_id: int) -> None:
    """Ask 电子签名 how the batch of a case stands."""
    from reg.casefile.models import Case
    from reg.casefile.states import State
    from reg.cases.batches import batch_sync

    case = Case.objects.select_related("entity").get(pk=case_id)
    if case.state == State.SIGNING:
        batch_sync(case)


def signing_watch() -> None:
    """Ticker: cases in signing are asked about now and then, for the callback that never comes."""
    from reg.casefile.models import Case
    from reg.casefile.states import State

    for pk in Case.objects.filter(state=State.SIGNING).order_by("touched_at").values_list("pk", flat=True)[:100]:
        signing_sync.configure(queueing_lock=f"sync:{pk}").defer_once(case_id=pk)
