from django.urls import URLPattern, path

from arrears.desk.views import approvals, case_form, cases, closing, desk, employer, ledgers, moves, records, search

urlpatterns: list[URLPattern] = [
    path("", desk.desk, name="desk"),
    path("search/", search.found, name="search"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("cases/", cases.cases, name="cases"),
    path("cases/ledger/", ledgers.case_ledger, name="case-ledger"),
    path("cases/ledger.xlsx", ledgers.case_ledger_export, name="case-ledger-export"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/report/", cases.report, name="case-report"),
    path("cases/<int:pk>/file/", cases.case_file, name="case-file"),
    path("cases/<int:pk>/file.docx", cases.case_file_docx, name="case-file-docx"),
    path("employers/<int:pk>/", employer.employer, name="employer"),
    # what is entered and done in one case, shown again on its page when something is wrong
    path("cases/new/", case_form.new, name="case-new"),
    path("cases/autosave/", case_form.autosave, name="case-new-autosave"),
    path("cases/employers/", case_form.employers, name="employer-lookup"),
    path("cases/units/", case_form.units, name="unit-lookup"),
    path("cases/<int:pk>/edit/", case_form.edit, name="case-edit"),
    path("cases/<int:pk>/autosave/", case_form.autosave, name="case-autosave"),
    path("cases/<int:pk>/discard/", case_form.discard, name="case-discard"),
    path("cases/<int:pk>/moves/close/", closing.closing, name="closing"),
    path("cases/<int:pk>/closing/<slug:step>/", closing.page.take, name="closing-step"),
    path("cases/<int:pk>/moves/<slug:name>/", moves.move, name="case-move"),
    path("cases/<int:pk>/entries/", records.entry, name="case-entry"),
    path("cases/<int:pk>/entries/<int:entry_pk>/reverse/", records.reverse_entry, name="entry-reverse"),
    path("cases/<int:pk>/acts/", records.act, name="case-act"),
    path("cases/<int:pk>/evidence/", records.upload, name="case-evidence"),
]
