"""Addresses of 一函两书."""

from django.urls import URLPattern, path

from arrears.letters.views import form, layouts, letter, register

urlpatterns: list[URLPattern] = [
    path("letters/register.xlsx", register.letters_export, name="letters-export"),
    path("cases/<int:pk>/letters/<slug:kind>/new/", form.letter_new, name="letter-new"),
    path("cases/<int:pk>/letters/<slug:kind>/autosave/", form.letter_new_autosave, name="letter-new-autosave"),
    path("letters/", register.letters, name="letters"),
    path("letters/<int:pk>/", letter.page.show, name="letter"),
    path("letters/<int:pk>/edit/", form.letter_edit, name="letter-edit"),
    path("letters/<int:pk>/autosave/", form.letter_autosave, name="letter-autosave"),
    path("letters/<int:pk>/steps/<slug:step>/", letter.page.take, name="letter-step"),
    path("letters/<int:pk>/letter.docx", letter.letter_document, name="letter-document"),
    path("incoming/letters/<int:pk>/letter.docx", letter.sent_document, name="incoming-letter"),
    path("incoming/letters/<int:pk>/papers/<int:evidence_pk>/", letter.sent_enclosure, name="incoming-enclosure"),
    path("letter-layouts/", layouts.letter_layouts, name="letter-layouts"),
    path("letter-layouts/<int:pk>/end/", layouts.letter_layout_end, name="letter-layout-end"),
    path("letter-layouts/<int:pk>/layout.docx", layouts.letter_layout_file, name="letter-layout-file"),
]
