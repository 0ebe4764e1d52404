"""The pages for testers: start, people, companies, addresses, faults, clock, what was received, callbacks, pushes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from foundation import clock
from foundation.config import ROOT, config
from sandbox.callbacks.models import Callback
from sandbox.callbacks.services import callback_send
from sandbox.control.api import fault_values, moment_asked
from sandbox.control.clock import Told, clock_move_to, clock_tell
from sandbox.elicence.models import LicencePush
from sandbox.faults.models import Fault, Received
from sandbox.faults.services import fault_set
from sandbox.kit.body import Body, Refused
from sandbox.national import book as national
from sandbox.systems import BY_CODE, SYSTEMS
from sandbox.watchlist.views import LISTS
from sandbox.world.models import Company, Person, Place
from sandbox.world.pictures import LEASE_SHEETS, PICTURES, lease_sheet, picture_of
from sandbox.world.selectors import holders

SHOWN = 100
STATUS_NAMES = {
    "active": "存续",
    "dormant": "歇业",
    "liquidating": "清算中",
    "revoked_licence": "吊销，未注销",
    "cancelled": "注销",
}
STEPS = ({"days": 1}, {"days": 7}, {"days": 30}, {"days": 365})


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Where to begin, and the stories that carry a trap."""
    context = {
        "reg": config().base_url("reg"),
        "signing": config().base_url("signing"),
        "people": [one for one in Person.objects.all() if one.note],
        "companies": [company_row(one) for one in Company.objects.all() if one.story.get("parent") is None],
        "broken": sum(row.holds for row in Fault.objects.all()),
        "held": Callback.objects.exclude(state="delivered").count(),
        "systems": SYSTEMS,
    }
    return render(request, "sandbox/start.html", context)


def company_row(company: Company) -> dict[str, Any]:
    """A company as a line of a list."""
    people = {one["role"]: one["name"] for one in holders(company)}
    return {
        "company": company,
        "status": STATUS_NAMES.get(company.status, company.status),
        "good": company.status == "active",
        "leader": people.get("legal_representative", ""),
        "liaison": people.get("handler", ""),
    }


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, with what there is to know."""
    words = asked(request)
    found = [one for one in Person.objects.all() if words in f"{one.code} {one.name} {one.mobile} {one.note}"]
    return render(request, "sandbox/people.html", {"people": found, "q": words})


@require_GET
def person(request: HttpRequest, code: str) -> HttpResponse:
    """One story: who he is, where he is somebody, which trap he carries, pictures of his ID card."""
    one = get_object_or_404(Person, pk=code)
    owner = Person.objects.filter(pk=one.story.get("mobile_owner")).first()
    context = {
        "person": one,
        "owner": owner,
        "hits": [{**hit, "name": LISTS[hit["list"]]} for hit in one.story.get("watchlist", [])],
        "posts": [(row, role) for row in Company.objects.all() for role in roles_of(row, one.code)],
        "pictures": [(name, one_kind.label) for name, one_kind in PICTURES.items()] if one.id_type == "10" else [],
    }
    return render(request, "sandbox/person.html", context)


def roles_of(company: Company, code: str) -> list[str]:
    """What a person is in a company, by its story."""
    story = company.story
    found = ["法定代表人（负责人）"] if story.get("leader") == code else []
    found += ["联络员"] if (story.get("liaison") or {}).get("person") == code else []
    found += ["股东"] if any(one.get("person") == code for one in story.get("shareholders") or []) else []
    found += ["董监高"] if any(one.get("person") == code for one in story.get("officers") or []) else []
    return found


@require_GET
def picture(request: HttpRequest, code: str, picture: str) -> HttpResponse:
    """A synthetic, watermarked picture of an ID card; ?download=1 offers it as a file."""
    one = get_object_or_404(Person, pk=code, id_type="10")
    if picture not in PICTURES:
        raise Http404
    reply = HttpResponse(picture_of(one, picture), content_type="image/jpeg")
    reply["Cache-Control"] = "public, max-age=3600"
    if request.GET.get("download"):
        reply["Content-Disposition"] = f'attachment; filename="{one.code}-{picture}.jpg"'
    return reply


@require_GET
def lease(request: HttpRequest, page_no: int) -> HttpResponse:
    """A crooked photograph of a fictional lease: a proof of domicile to upload."""
    if not 1 <= page_no <= LEASE_SHEETS:
        raise Http404
    reply = HttpResponse(lease_sheet(page_no), content_type="image/jpeg")
    reply["Content-Disposition"] = f'attachment; filename="lease-{page_no}.jpg"'
    return reply


@require_GET
def companies(request: HttpRequest) -> HttpResponse:
    """Every company."""
    words = asked(request)
    rows = [
        company_row(one)
        for one in Company.objects.all()
        if words in f"{one.code} {one.current_name} {one.uscc} {one.note}"
    ]
    abroad = [one for one in national.companies().values() if words in f"{one.name} {one.uscc} {one.note}"]
    return render(request, "sandbox/companies.html", {"companies": rows, "abroad": abroad, "q": words})


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Addresses to move to, and those that may not be taken."""
    words = asked(request)
    found = [one for one in Place.objects.all() if words in f"{one.code} {one.full} {one.note}"]
    return render(request, "sandbox/places.html", {"places": found, "q": words, "sheets": range(1, LEASE_SHEETS + 1)})


def asked(request: HttpRequest) -> str:
    """The words of a search form."""
    return request.GET.get("q", "").strip()[:40].replace("\x00", "")


@require_http_methods(["GET", "POST"])
def faults(request: HttpRequest) -> HttpResponse:
    """One small form per system."""
    error = ""
    if request.method == "POST":
        try:
            for code, values in fault_values(_posted(request, {"slow_ms", "late_seconds", "times", "seconds"})):
                fault_set(code, **{"times": None, "seconds": None, **values})
            return HttpResponseRedirect(f"{reverse('faults')}#{request.POST.get('system', '')}")
        except Refused as no:
            error = no.message
    rows = {row.system: row for row in Fault.objects.all()}
    context = {
        "systems": [(system, rows.get(system.code) or Fault(system=system.code)) for system in SYSTEMS],
        "modes": Fault.Mode.choices,
        "callback_modes": Fault.CallbackMode.choices,
        "now": clock.wall(),
        "error": error,
    }
    return render(request, "sandbox/faults.html", context, status=422 if error else 200)


def _posted(request: HttpRequest, numbers: set[str]) -> Body:
    """A form as the body of a control call: figures become numbers, empty fields are not there."""
    values: dict[str, Any] = {}
    for key in request.POST:
        value = request.POST[key].strip()
        if key == "csrfmiddlewaretoken" or not value:
            continue
        values[key] = int(value) if key in numbers and value.isascii() and value.isdecimal() else value
    return Body(values)


@require_http_methods(["GET", "POST"])
def clock_page(request: HttpRequest) -> HttpResponse:
    """Legal time: forward by a day, a week …, or to a moment."""
    told: list[Told] = []
    error = ""
    if request.method == "POST":
        try:
            told = _move(request)
        except Refused as no:
            error = no.message
    context = {"steps": STEPS, "told": told, "error": error, "wall": clock.wall()}
    return render(request, "sandbox/clock.html", context, status=422 if error else 200)


def _move(request: HttpRequest) -> list[Told]:
    if request.POST.get("again"):
        return clock_tell()
    if request.POST.get("days"):
        return clock_move_to(moment_asked(_posted(request, {"days"})))
    text = f"{request.POST.get('day', '').strip()}T{request.POST.get('time', '').strip() or '00:00'}"
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)
    except ValueError:
        raise Refused(422, "invalid", "日期写成 2026-12-31，时间写成 23:59") from None
    return clock_move_to(moment)


@require_GET
def received(request: HttpRequest, code: str) -> HttpResponse:
    """What a system received."""
    if code not in BY_CODE:
        raise Http404
    calls = Received.objects.filter(system=code).order_by("-id")[:SHOWN]
    return render(request, "sandbox/received.html", {"system": BY_CODE[code], "calls": calls, "systems": SYSTEMS})


@require_http_methods(["GET", "POST"])
def callbacks(request: HttpRequest) -> HttpResponse:
    """Callbacks and their state; send one by hand."""
    if request.method == "POST":
        number = request.POST.get("id", "")
        if not (number.isascii() and number.isdecimal() and len(number) < 19 and callback_send(int(number))):
            raise Http404
        return HttpResponseRedirect(f"{reverse('callbacks')}#c{number}")
    rows = Callback.objects.order_by("-id")[:SHOWN]
    return render(request, "sandbox/callbacks.html", {"callbacks": rows, "names": BY_CODE})


@require_GET
def licences(request: HttpRequest) -> HttpResponse:
    """What the e-licence system was told."""
    names = {company.uscc: company.current_name for company in Company.objects.all()}
    rows = [(push, names.get(push.uscc, "")) for push in LicencePush.objects.order_by("-id")[:SHOWN]]
    return render(request, "sandbox/licences.html", {"pushes": rows})


@require_GET
def contract(request: HttpRequest, code: str) -> HttpResponse:
    """The contract of a system, as a file."""
    if code not in BY_CODE:
        raise Http404
    text = (ROOT / "sandbox" / code / "openapi.yaml").read_text(encoding="utf-8")
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
