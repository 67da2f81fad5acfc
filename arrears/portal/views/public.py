"""The worker's window, open to everybody: where to turn, and writing a letter. No account, nobody's data but her own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from arrears.cases.names import name_key, query_grams
from arrears.portal import limits, places, proof, receipts
from arrears.portal.actions import worker as writing
from arrears.portal.forms import WriteForm
from arrears.portal.models import WindowLetter
from unions.common.client_address import client_address
from unions.common.features import provided
from unions.common.identity import phone_fault, phone_key
from unions.common.keyset import keyset
from unions.common.refusals import Refused
from unions.common.text import clean_values, number_key
from unions.models import Union

View = Callable[..., HttpResponse]
BODY_MOST = 100 * 2**20
PER_PAGE = 60


def open_to_all(view: View) -> View:
    """A form of the window: too large a body is refused before it is read, and what was typed stays out of error reports."""
    checked = csrf_protect(sensitive_post_parameters()(view))

    @csrf_exempt
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()) or int(length) > BODY_MOST:
            return render(request, "arrears/portal/too_big.html", {"most": BODY_MOST // 2**20}, status=413)
        request.POST = clean_values(request.POST)  # type: ignore[assignment]
        return checked(request, *args, **kwargs)

    return guarded


def place_of(request: HttpRequest) -> Union | None:
    """The unit named by `?at=`, as a poster or a link of ours gives it. Whatever else stands there is passed over."""
    code = str(request.POST.get("at") or request.GET.get("at") or "")
    if not code.isascii() or not code.isalnum() or len(code) > 20:
        return None
    found = Union.objects.filter(code=code).select_related("parent").first()
    return found.in_charge() if found else None


@require_safe
def turn(request: HttpRequest) -> HttpResponse:
    """QH-3a: every union with its duty officer and published phone, by place."""
    code = request.GET.get("at", "")
    unit = place_of(request)
    if code and unit is None:
        get_object_or_404(Union.objects.none())
    below: QuerySet[Union] = unit.children.filter(valid_until=None) if unit else places.roots()
    page = keyset(below, request, PER_PAGE)
    line = Union.objects.line(unit).exclude(pk=unit.pk) if unit else Union.objects.none()
    context = {
        "unit": unit,
        "line": line,
        "page": page,
        "rows": sorted(page.rows, key=lambda row: row.code),
        "phone": unit.phone_contact() if unit else None,
    }
    return render(request, "arrears/portal/turn.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_all
def write(request: HttpRequest) -> HttpResponse:
    """SD-2.2a: a worker files from a phone without an account and gets a number to follow it."""
    place, regions = place_of(request), places.regions()
    today = timezone.localdate()
    if request.method != "POST":
        initial = {"region_code": places.county_of(place)} if place else {}
        return _form(request, WriteForm(initial=initial, regions=regions, today=today), place)
    form = WriteForm(request.POST, request.FILES, regions=regions, today=today)
    if not form.is_valid():
        return _form(request, form, place, 422)
    try:
        receipt = _receive(request, form, place)
    except Refused as refusal:
        form.take(refusal.fields, refusal.message)
        return _form(request, form, place, refusal.status)
    return _receipt(request, receipt)


def _receive(request: HttpRequest, form: WriteForm, place: Union | None) -> writing.Receipt:
    now, token = timezone.now(), str(request.POST.get("token", ""))
    worked = proof.spend(str(request.POST.get("challenge", "")), str(request.POST.get("answer", "")), now)
    known = WindowLetter.objects.filter(token_print=receipts.form_print(token) or "").exists()
    limits.check(limits.LETTERS if worked or known else limits.UNPROVEN, client_address(request), now)
    return writing.receive_letter(form.written(), form.cleaned_data["papers"], token, place, now)


def _form(request: HttpRequest, form: WriteForm, place: Union | None, status: int = 200) -> HttpResponse:
    """A form refused keeps its token: sent again it is the same letter. The challenge is a new one."""
    token = str(request.POST.get("token", ""))
    context = {
        "form": form,
        "place": place,
        "phone": place.phone_contact() if place else None,
        "token": token if receipts.form_print(token) else receipts.new_form(),
        "challenge": proof.challenge(),
        "bits": proof.BITS,
        "papers_lost": bool(request.FILES),
        "paper_mb": writing.PAPER_BYTES // 2**20,
        "body_mb": BODY_MOST // 2**20,
    }
    answer = render(request, "arrears/portal/write.html", context, status=status)
    if status == limits.TooMany.status:
        answer["Retry-After"] = "3600"
    return answer


def _receipt(request: HttpRequest, receipt: writing.Receipt) -> HttpResponse:
    letter = receipt.letter
    phone = phone_key(letter.phone.text)
    context = {
        "receipt": receipt,
        "letter": letter,
        "unit": letter.responsible_unit,
        "phone": letter.responsible_unit.phone_contact(),
        "phone_fault": phone_fault(phone) if phone else "",
        "no_phone": not phone,
    }
    return render(request, "arrears/portal/receipt.html", context)


PER_PAGE = 30
LONGEST = 60
HONEST = "honest"  # the kind of a publication and the word of the address


@require_safe
@never_cache
def published(request: HttpRequest) -> HttpResponse:
    """What is published of employers: offenders (QP-3.3), or with `list=honest` the honest ones (YK-3b).

    Never cached: what is withdrawn is gone at once.
    """
    unit = place_of(request)
    if request.GET.get("at", "") and unit is None:
        get_object_or_404(Union.objects.none())
    text = request.GET.get("q", "").replace("\x00", "")[:LONGEST].strip()
    (shown_on,) = provided("published employers")
    rows = shown_on(timezone.localdate())
    if unit is not None:
        rows = rows.filter(publication__path__startswith=unit.path)
    honest = request.GET.get("list") == HONEST
    has_honest = honest or rows.filter(publication__kind=HONEST).exists()
    rows = rows.filter(publication__kind=HONEST if honest else "offenders")
    found = _named(rows, text) if text else rows
    page = keyset(found.select_related("publication__union"), request, PER_PAGE)
    context = {"page": page, "unit": unit, "text": text, "honest": honest, "has_honest": has_honest}
    return render(request, "arrears/portal/published.html", context)


def _named(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By part of the name or the whole code."""
    if not name_key(text):
        return rows.none()
    by_name = rows.filter(employer__grams__contains=query_grams(text), name__reads=text)
    return by_name | rows.filter(code=number_key(text).replace("-", ""))
