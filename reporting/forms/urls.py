from django.urls import URLPattern, path

from reporting.forms.views import countdown, forms
from reporting.forms.views import editions as form_editions

urlpatterns: list[URLPattern] = [
    path("forms/", forms.form_list, name="forms"),
    path("forms/<slug:key>/", forms.form_page, name="form"),
    path("forms/<slug:key>/cell/", forms.cell, name="form-cell"),
    path("forms/<slug:key>/countdown/cell/", countdown.cell, name="form-countdown-cell"),
    path("form-editions/", form_editions.edition_list, name="form-editions"),
    path("form-editions/new/", form_editions.upload, name="form-edition-upload"),
    path("form-editions/measures/", form_editions.measures, name="form-measures"),
    path("form-editions/sheets/<slug:key>.xlsx", form_editions.sheet, name="form-sheet"),
    path("form-editions/sheets/<slug:key>.toml", form_editions.text, name="form-text"),
    path("form-editions/<int:pk>/", form_editions.edition, name="form-edition"),
    path("form-editions/<int:pk>/activate/", form_editions.activate, name="form-edition-activate"),
    path("form-editions/<int:pk>/discard/", form_editions.discard, name="form-edition-discard"),
    path("form-editions/<int:pk>/ask-withdrawal/", form_editions.ask_withdrawal, name="form-edition-ask-withdrawal"),
    path("form-editions/<int:pk>/withdraw/", form_editions.withdraw, name="form-edition-withdraw"),
    path("form-editions/<int:pk>/keep/", form_editions.keep, name="form-edition-keep"),
]
