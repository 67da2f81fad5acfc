"""Who is reading, and which unit she may read."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from unions.models import Union, User


def reader(request: HttpRequest) -> User:
    """The signed-in user; only for views behind `login_required`."""
    assert isinstance(request.user, User)
    return request.user


def visible_unit(request: HttpRequest, code: str) -> Union:
    """The unit of that code, or 404 for strangers."""
    units = Union.objects.visible_to(reader(request)).select_related("parent", "reports_to", "successor")
    return get_object_or_404(units, code=code)
