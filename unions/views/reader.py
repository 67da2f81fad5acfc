"""Who is reading: the signed-in user with her type."""

from django.http import HttpRequest

from unions.models import User


def reader(request: HttpRequest) -> User:
    """The signed-in user; only for views behind `login_required`."""
    assert isinstance(request.user, User)
    return request.user
