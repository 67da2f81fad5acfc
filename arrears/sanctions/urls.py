"""Addresses of sanctions, the joint-punishment list, copied lists."""

from django.urls import URLPattern, path

from arrears.sanctions.views import case, copied_lists, listings, publications, sanctions, shared_cases

urlpatterns: list[URLPattern] = [
    path("sanctions/unlisted/", shared_cases.unlisted_list, name="unlisted"),
    path("sanctions/shared/", shared_cases.shared_case_list, name="shared-cases"),
    path("sanctions/shared.xlsx", shared_cases.shared_cases_sheet, name="shared-cases-sheet"),
    path("sanctions/publications/", publications.publication_list, name="publications"),
    path("sanctions/publications/<int:pk>/", publications.page.show, name="publication"),
    path("sanctions/publications/<int:pk>/list.xlsx", publications.sheet, name="publication-sheet"),
    path("sanctions/publications/<int:pk>/rows/<int:row_pk>/", publications.row, name="publication-row"),
    path(
        "sanctions/publications/<int:pk>/rows/<int:row_pk>/<slug:name>/",
        publications.row_step,
        name="publication-row-step",
    ),
    path("sanctions/publications/<int:pk>/<slug:step>/", publications.page.take, name="publication-step"),
    path("cases/<int:pk>/sanctions/", case.record_sanction, name="case-sanction"),
    path("cases/<int:pk>/listings/", case.propose_listing, name="case-propose"),
    path("cases/<int:pk>/put-forward/", case.request_publication, name="case-put-forward"),
    path("sanctions/", sanctions.sanction_list, name="sanctions"),
    path("sanctions/export.xlsx", sanctions.sanctions_sheet, name="sanctions-sheet"),
    path("sanctions/<int:pk>/", sanctions.sanction, name="sanction"),
    path("sanctions/listings/", listings.listing_list, name="listings"),
    path("sanctions/listings/<int:pk>/", listings.page.show, name="listing"),
    path("sanctions/listings/<int:pk>/<slug:step>/", listings.page.take, name="listing-step"),
    path("sanctions/put-forward/<int:pk>/end/", case.withdraw_request, name="put-forward-end"),
    path("sanctions/copies/", copied_lists.copied_list_list, name="copied-lists"),
    path("sanctions/copies/new/", copied_lists.new, name="copied-list-new"),
    path("sanctions/copies/<int:pk>/", copied_lists.copied, name="copied-list"),
    path("sanctions/<int:pk>/<slug:name>/", sanctions.step, name="sanction-step"),
]
