"""The unit a page is about: only one that its reader may see."""

from __future__ import annotations

from collections.abc import Collection

from django.http import Http404
from django.shortcuts import get_object_or_404

from unions.common.refusals import Forbidden
from unions.http import Request
from unions.models import Union, User, under
from unions.people.rights import Right


def visible_unit(request: Request, code: str) -> Union:
    """The unit of that code, or 404 for strangers."""
    units = Union.objects.visible_to(request.user).select_related("parent", "reports_to", "successor")
    return get_object_or_404(units, code=code)


def asked_unit(request: Request, what: str) -> Union:
    """The unit asked for with `?unit=CODE`, else the reader's own highest; 404 outside her reach. `what`: she came to read."""
    user = request.user
    paths = user.paths(Right.VIEW)
    if not paths:
        raise Forbidden(f"您的任职不包含查看案件，没有可看的{what}。")
    if code := request.GET.get("unit", "").strip():
        return get_object_or_404(Union.objects.filter(under(paths)), code=code[:20])
    unit = _highest(paths)
    if unit is None:
        raise Http404
    return unit


def highest_unit(user: User) -> Union:
    """The highest unit the reader sees cases of."""
    unit = _highest(user.paths(Right.VIEW))
    if unit is None:
        raise Forbidden("您没有查看案件的任职，不能查看报表；如有需要，请联系本单位管理员。")
    return unit


def _highest(paths: Collection[str]) -> Union | None:
    return Union.objects.filter(path__in=paths).order_by("depth", "code").first()
