"""Editions of the official tables: which layout a period has, and how a province brings in another (docs/forms.md)."""

from reporting.editions.shelf import NoSuchForm as NoSuchForm
from reporting.editions.shelf import by_digest as by_digest
from reporting.editions.shelf import digest as digest
from reporting.editions.shelf import form_for as form_for
from reporting.editions.shelf import forms_at as forms_at
from reporting.editions.shelf import shelf as shelf
