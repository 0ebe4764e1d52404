"""后台任务: workers, queues, failed and hanging jobs, messages that wait, the holiday table; 再试一次."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation.clock.holidays import holidays_missing
from foundation.clock.models import Holiday, HolidayYear
from foundation.identity.actor import StaffRole
from foundation.identity.middleware import SignedInRequest
from foundation.jobs.overview import NoSuchFailure
from reg.backoffice import sides
from reg.backoffice.web.guard import for_roles
from reg.review.web.nav import desk_frame


@require_GET
@for_roles(StaffRole.OPERATOR)
def jobs(request: SignedInRequest) -> HttpResponse:
    """How the background work stands."""
    days = dict(Holiday.objects.values_list("day__year").annotate(Count("day")))
    context = {
        **desk_frame(request.actor, "desk-jobs"),
        "sides": sides.jobs_sides(),
        "holiday_years": [
            {"year": row.year, "days": days.get(row.year, 0), "source": row.source}
            for row in HolidayYear.objects.order_by("-year")[:4]
        ],
        "holidays_missing": holidays_missing(),
    }
    return render(request, "backoffice/jobs.html", context)


@require_POST
@for_roles(StaffRole.OPERATOR)
def job_again(request: SignedInRequest, side: str, number: int) -> HttpResponse:
    """再试一次. A second tap finds no failed job any more."""
    try:
        waits = sides.job_again(actor=request.actor, side=side, number=number)
    except sides.Silent as silent:
        messages.error(request, silent.message)
    except NoSuchFailure:
        messages.info(request, f"任务 {number} 已经不在失败的里面：再试过了，或者已经办完。")
    else:
        queued, equal = f"任务 {number} 已重新排队。", f"任务 {number} 不用再试：一样的任务已经在排队。"
        messages.success(request, queued if waits else equal)
    return HttpResponseRedirect(reverse("desk-jobs"))
