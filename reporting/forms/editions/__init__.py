"""Editions of the official tables: which layout a period has, and how a province brings in another (docs/forms.md)."""

from reporting.forms.editions.form_editions import FormEditions as FormEditions
from reporting.forms.editions.form_editions import NoSuchForm as NoSuchForm
from reporting.forms.editions.form_editions import by_digest as by_digest
from reporting.forms.editions.form_editions import digest as digest
from reporting.forms.editions.form_editions import form_for as form_for
from reporting.forms.editions.form_editions import forms_at as forms_at
