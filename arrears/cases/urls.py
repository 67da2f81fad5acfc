from django.urls import URLPattern, path

from arrears.cases.views import acts, evidence, ledger, moves, obligations
from arrears.cases.views import drafts as stashing
from arrears.cases.views import form as case_form

urlpatterns: list[URLPattern] = [
    path("cases/new/", case_form.new, name="case-new"),
    path("cases/autosave/", case_form.autosave, name="case-new-autosave"),
    path("cases/employers/", case_form.employers, name="employer-lookup"),
    path("cases/units/", case_form.units, name="unit-lookup"),
    path("cases/<int:pk>/edit/", case_form.edit, name="case-edit"),
    path("cases/<int:pk>/autosave/", case_form.autosave, name="case-autosave"),
    path("stash/<slug:form>/<int:pk>/", stashing.keep_typed, name="stash"),
    path("cases/<int:pk>/discard/", case_form.discard, name="case-discard"),
    path("cases/<int:pk>/moves/<slug:name>/", moves.move, name="case-move"),
    path("cases/<int:pk>/entries/", ledger.entry, name="case-entry"),
    path("cases/<int:pk>/entries/<int:entry_pk>/reverse/", ledger.reverse_entry, name="entry-reverse"),
    path("cases/<int:pk>/acts/", acts.act, name="case-act"),
    path("cases/<int:pk>/evidence/", evidence.upload, name="case-evidence"),
    path("cases/<int:pk>/evidence/<int:evidence_pk>/", evidence.file, name="evidence-file"),
    # what is due in a case, and by when
    path("obligations/<int:pk>/", obligations.obligation, name="obligation"),
    path("obligations/<int:pk>/extend/", obligations.obligation_extend, name="obligation-extend"),
    path("extensions/<int:pk>/decide/", obligations.extension_decide, name="extension-decide"),
]
