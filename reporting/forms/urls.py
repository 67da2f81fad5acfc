from django.urls import URLPattern, path

from reporting.forms.views import cell, edition_page, forms
from reporting.forms.views import editions as form_editions

urlpatterns: list[URLPattern] = [
    path("forms/", forms.form_list, name="forms"),
    path("forms/<slug:key>/", forms.form_page, name="form"),
    path("forms/<slug:key>/cell/", cell.cell, name="form-cell"),
    path("forms/<slug:key>/countdown/cell/", cell.countdown_cell, name="form-countdown-cell"),
    path("form-editions/", form_editions.edition_list, name="form-editions"),
    path("form-editions/new/", form_editions.upload, name="form-edition-upload"),
    path("form-editions/measures/", form_editions.measures, name="form-measures"),
    path("form-editions/sheets/<slug:key>.xlsx", form_editions.sheet, name="form-sheet"),
    path("form-editions/sheets/<slug:key>.toml", form_editions.text, name="form-text"),
    path("form-editions/<int:pk>/", edition_page.page.show, name="form-edition"),
    path(
        "form-editions/<int:pk>/activate/", edition_page.page.take, {"step": "activate"}, name="form-edition-activate"
    ),
    path("form-editions/<int:pk>/discard/", edition_page.page.take, {"step": "discard"}, name="form-edition-discard"),
    path(
        "form-editions/<int:pk>/ask-withdrawal/",
        edition_page.page.take,
        {"step": "ask-withdrawal"},
        name="form-edition-ask-withdrawal",
    ),
    path(
        "form-editions/<int:pk>/withdraw/", edition_page.page.take, {"step": "withdraw"}, name="form-edition-withdraw"
    ),
    path("form-editions/<int:pk>/keep/", edition_page.page.take, {"step": "keep"}, name="form-edition-keep"),
]
