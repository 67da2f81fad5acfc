"""The poster of a unit: one A4 page with a QR code that leads to its form."""

from __future__ import annotations

import segno
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from arrears.portal import places
from unions.common.refusals import Refused
from unions.http import Request, read_page
from unions.tree.reach import visible_unit


@read_page
def poster(request: Request, code: str) -> HttpResponse:
    union = visible_unit(request, code)
    if union.is_closed:
        raise Refused(f"「{union}」已终止，请打印承接单位「{union.in_charge()}」的张贴页。")
    url = f"{settings.SITE_URL}{reverse('window-write')}?at={union.code}"
    # Error correction "high": a third of the code may be torn or wet.
    code_image = segno.make(url, error="h", micro=False).svg_data_uri(scale=8, border=2)
    context = {"union": union, "url": url, "code": code_image, "phone": places.phone_for(union)}
    return render(request, "arrears/portal/poster.html", context)
