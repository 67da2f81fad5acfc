"""Addresses of 一函两书."""

from django.urls import URLPattern, path

from arrears.letters.views import export, letters
from arrears.letters.views import form as letter_form
from arrears.letters.views import register as letter_register

urlpatterns: list[URLPattern] = [
    path("letters/register.xlsx", export.letters_export, name="letters-export"),
    path("cases/<int:pk>/letters/<slug:kind>/new/", letter_form.letter_new, name="letter-new"),
    path("cases/<int:pk>/letters/<slug:kind>/autosave/", letter_form.letter_new_autosave, name="letter-new-autosave"),
    path("letters/", letter_register.letters, name="letters"),
    path("letters/<int:pk>/", letters.page.show, name="letter"),
    path("letters/<int:pk>/edit/", letter_form.letter_edit, name="letter-edit"),
    path("letters/<int:pk>/autosave/", letter_form.letter_autosave, name="letter-autosave"),
    path("letters/<int:pk>/steps/<slug:step>/", letters.page.take, name="letter-step"),
    path("letters/<int:pk>/letter.docx", letters.letter_document, name="letter-document"),
    path("letter-layouts/", letter_register.letter_layouts, name="letter-layouts"),
    path("letter-layouts/<int:pk>/end/", letter_register.letter_layout_end, name="letter-layout-end"),
    path("letter-layouts/<int:pk>/layout.docx", letter_register.letter_layout_file, name="letter-layout-file"),
]
