"""Addresses of 一函两书, and of the whole file of a case on paper."""

from django.urls import URLPattern, path

from arrears.desk.views import case_file
from arrears.letters.views import form as letter_form
from arrears.letters.views import letters
from arrears.letters.views import register as letter_register

urlpatterns: list[URLPattern] = [
    path("cases/<int:pk>/letters/<slug:kind>/new/", letter_form.letter_new, name="letter-new"),
    path("cases/<int:pk>/letters/<slug:kind>/autosave/", letter_form.letter_new_autosave, name="letter-new-autosave"),
    path("cases/<int:pk>/file/", case_file.case_file, name="case-file"),
    path("cases/<int:pk>/file.docx", case_file.case_file_docx, name="case-file-docx"),
    path("letters/", letter_register.letters, name="letters"),
    path("letters/<int:pk>/", letters.letter, name="letter"),
    path("letters/<int:pk>/edit/", letter_form.letter_edit, name="letter-edit"),
    path("letters/<int:pk>/autosave/", letter_form.letter_autosave, name="letter-autosave"),
    path("letters/<int:pk>/steps/<slug:name>/", letters.letter_step, name="letter-step"),
    path("letters/<int:pk>/letter.docx", letters.letter_document, name="letter-document"),
    path("letter-layouts/", letter_register.letter_layouts, name="letter-layouts"),
    path("letter-layouts/<int:pk>/end/", letter_register.letter_layout_end, name="letter-layout-end"),
    path("letter-layouts/<int:pk>/layout.docx", letter_register.letter_layout_file, name="letter-layout-file"),
]
