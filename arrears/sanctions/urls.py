"""Addresses of sanctions, the joint-punishment list, copied lists, and what everybody may read of them."""

from django.urls import URLPattern, path

from arrears.portal.views import published as window_published
from arrears.sanctions.views import copied_lists, listings, sanctions

urlpatterns: list[URLPattern] = [
    path("cases/<int:pk>/sanctions/", sanctions.enter, name="case-sanction"),
    path("cases/<int:pk>/listings/", listings.propose, name="case-propose"),
    path("cases/<int:pk>/put-forward/", listings.put_forward, name="case-put-forward"),
    path("sanctions/", sanctions.listed, name="sanctions"),
    path("sanctions/<int:pk>/", sanctions.sanction, name="sanction"),
    path("sanctions/listings/", listings.listed, name="listings"),
    path("sanctions/listings/<int:pk>/", listings.listing, name="listing"),
    path("sanctions/listings/<int:pk>/<slug:name>/", listings.step, name="listing-step"),
    path("sanctions/put-forward/<int:pk>/end/", listings.take_back, name="put-forward-end"),
    path("sanctions/copies/", copied_lists.listed, name="copied-lists"),
    path("sanctions/copies/new/", copied_lists.new, name="copied-list-new"),
    path("sanctions/copies/<int:pk>/", copied_lists.copied, name="copied-list"),
    path("sanctions/<int:pk>/<slug:name>/", sanctions.step, name="sanction-step"),
    # open to everybody
    path("window/published/", window_published.published, name="window-published"),
]
