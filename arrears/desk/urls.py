from django.urls import URLPattern, URLResolver, include, path

from arrears.bulk import views as bulk
from arrears.cases.views import acts, evidence, ledger, moves
from arrears.cases.views import drafts as stashing
from arrears.cases.views import form as case_form
from arrears.desk.views import approvals, cases, desk
from arrears.early_warning.views import acts as warning_acts
from arrears.early_warning.views import lists as warning_lists
from arrears.early_warning.views import warnings
from arrears.escalations import views as escalations
from arrears.imports import views as imports
from arrears.inspections.views import findings, inspections, key_targets
from arrears.legal import views as legal_steps
from arrears.merging import views as duplicates
from arrears.plans import views as plans
from arrears.referrals.views import incoming, referrals
from arrears.transfers import views as clues
from arrears.workers.views import payments as worker_payments
from arrears.workers.views import sheets as worker_sheets
from arrears.workers.views import workers

urlpatterns: list[URLPattern | URLResolver] = [
    path("", desk.desk, name="desk"),
    path("approvals/", approvals.approvals, name="approvals"),
    # one case, from typing it in to closing it
    path("cases/", cases.cases, name="cases"),
    path("cases/new/", case_form.new, name="case-new"),
    path("cases/autosave/", case_form.autosave, name="case-new-autosave"),
    path("cases/employers/", case_form.employers, name="employer-lookup"),
    path("cases/units/", case_form.units, name="unit-lookup"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/report/", cases.report, name="case-report"),
    path("cases/<int:pk>/edit/", case_form.edit, name="case-edit"),
    path("cases/<int:pk>/autosave/", case_form.autosave, name="case-autosave"),
    path("stash/<slug:form>/<int:pk>/", stashing.keep_typed, name="stash"),
    path("cases/<int:pk>/discard/", case_form.discard, name="case-discard"),
    path("cases/<int:pk>/moves/<slug:name>/", moves.move, name="case-move"),
    path("cases/<int:pk>/entries/", ledger.entry, name="case-entry"),
    path("cases/<int:pk>/entries/<int:entry_pk>/reverse/", ledger.reverse_entry, name="entry-reverse"),
    path("cases/<int:pk>/acts/", acts.act, name="case-act"),
    path("cases/<int:pk>/proceedings/new/", legal_steps.proceeding_new, name="case-proceeding-new"),
    path(
        "cases/<int:pk>/proceedings/<int:proceeding_pk>/<slug:step>/",
        legal_steps.proceeding_step,
        name="case-proceeding-step",
    ),
    path("cases/<int:pk>/plans/<slug:kind>/new/", plans.plan_new, name="case-plan-new"),
    path("cases/<int:pk>/plans/steps/<int:step_pk>/", plans.plan_step, name="case-plan-step"),
    path("cases/bulk/", bulk.bulk_list, name="bulk-jobs"),
    path("cases/bulk/new/", bulk.bulk_new, name="bulk-new"),
    path("cases/bulk/<int:pk>/", bulk.bulk, name="bulk"),
    path("cases/bulk/<int:pk>/stop/", bulk.bulk_stop, name="bulk-stop"),
    path("cases/<int:pk>/evidence/", evidence.upload, name="case-evidence"),
    path("cases/<int:pk>/evidence/<int:evidence_pk>/", evidence.file, name="evidence-file"),
    path("cases/<int:pk>/escalate/", escalations.escalate, name="case-escalate"),
    # its worker list
    path("cases/<int:pk>/workers/", workers.worker_list, name="case-workers"),
    path("cases/<int:pk>/workers/new/", workers.enter, name="case-worker-new"),
    path("cases/<int:pk>/workers/adopt/", workers.adopt, name="case-workers-adopt"),
    path("cases/<int:pk>/workers/sheet/", worker_sheets.sheet, name="case-workers-sheet"),
    path("cases/<int:pk>/workers/template.xlsx", worker_sheets.template, name="case-workers-template"),
    path("cases/<int:pk>/workers/pay/", worker_payments.pay, name="case-workers-pay"),
    path("cases/<int:pk>/workers/<int:worker_pk>/", workers.worker, name="case-worker"),
    path("cases/<int:pk>/workers/<int:worker_pk>/remove/", workers.remove, name="case-worker-remove"),
    path("cases/<int:pk>/workers/<int:worker_pk>/reveal/<slug:name>/", workers.reveal, name="case-worker-reveal"),
    # cases of one matter
    path("cases/duplicates/", duplicates.while_typing, name="case-duplicates"),
    path("cases/<int:pk>/likenesses/", duplicates.likenesses, name="case-likenesses"),
    path("cases/<int:pk>/links/<int:other_pk>/", duplicates.link, name="case-link"),
    path("cases/<int:pk>/links/<int:link_pk>/end/", duplicates.unlink, name="case-unlink"),
    path("cases/<int:pk>/merge/<int:into_pk>/", duplicates.merge, name="case-merge"),
    path("mergers/<int:pk>/", duplicates.merger, name="merger"),
    path("mergers/<int:pk>/<slug:step>/", duplicates.decide, name="merger-decide"),
    path("employers/<int:pk>/", duplicates.employer, name="employer"),
    # reports upward
    path("escalations/", escalations.escalation_list, name="escalations"),
    path("escalations/<int:pk>/", escalations.escalation, name="escalation"),
    path("escalations/<int:pk>/approve/", escalations.approve, name="escalation-approve"),
    path("escalations/<int:pk>/decline/", escalations.decline, name="escalation-decline"),
    path("escalations/<int:pk>/withdraw/", escalations.withdraw, name="escalation-withdraw"),
    path("escalations/<int:pk>/receive/", escalations.receive, name="escalation-receive"),
    path("escalations/<int:pk>/return/", escalations.send_back, name="escalation-return"),
    path("acknowledgements/<int:pk>/", escalations.acknowledge, name="acknowledge"),
    # clues and transfers, matters put to departments, and the window of those
    path("clues/", clues.clues, name="clues"),
    path("cases/<int:pk>/refer/", referrals.refer, name="case-refer"),
    path("referrals/", referrals.referral_list, name="referrals"),
    path("referrals/<int:pk>/", referrals.referral, name="referral"),
    path("referrals/<int:pk>/approve/", referrals.approve, name="referral-approve"),
    path("referrals/<int:pk>/decline/", referrals.decline, name="referral-decline"),
    path("referrals/<int:pk>/withdraw/", referrals.withdraw, name="referral-withdraw"),
    path("referrals/<int:pk>/accepted/", referrals.note_acceptance, name="referral-accepted"),
    path("referrals/<int:pk>/refused/", referrals.note_refusal, name="referral-refused"),
    path("referrals/<int:pk>/answered/", referrals.note_answer, name="referral-answered"),
    path("referrals/<int:pk>/read/", referrals.read, name="referral-read"),
    path("referrals/<int:pk>/papers/<int:paper_pk>/", referrals.paper, name="referral-paper"),
    path("incoming/", incoming.incoming, name="incoming"),
    path("incoming/<int:pk>/", incoming.matter, name="incoming-matter"),
    path("incoming/<int:pk>/accept/", incoming.accept, name="incoming-accept"),
    path("incoming/<int:pk>/refuse/", incoming.refuse, name="incoming-refuse"),
    path("incoming/<int:pk>/answer/", incoming.answer, name="incoming-answer"),
    path("incoming/<int:pk>/attach/", incoming.attach, name="incoming-attach"),
    path("incoming/<int:pk>/papers/<int:paper_pk>/", incoming.paper, name="incoming-paper"),
    path("inspections/", inspections.listed, name="inspections"),
    path("inspections/new/", inspections.new, name="inspection-new"),
    path("inspections/new/autosave/", inspections.autosave, name="inspection-new-autosave"),
    path("inspections/units/", inspections.units, name="inspection-units"),
    path("inspections/<int:pk>/", inspections.inspection, name="inspection"),
    path("inspections/<int:pk>/edit/", inspections.edit, name="inspection-edit"),
    path("inspections/<int:pk>/autosave/", inspections.autosave, name="inspection-autosave"),
    path("inspections/findings/", findings.listed, name="findings"),
    path("inspections/findings/<int:pk>/close/", findings.close, name="finding-close"),
    path("key-targets/", key_targets.listed, name="key-targets"),
    path("key-targets/new/", key_targets.new, name="key-target-new"),
    path("key-targets/<int:pk>/", key_targets.target, name="key-target"),
    path("key-targets/<int:pk>/end/", key_targets.end, name="key-target-end"),
    path("warnings/", warnings.listed, name="warnings"),
    path("warnings/new/", warning_acts.new, name="warning-new"),
    path("warnings/new/autosave/", warning_acts.autosave, name="warning-new-autosave"),
    path("warnings/import/", warning_lists.upload, name="warning-import"),
    path("warnings/import/confirm/", warning_lists.confirm, name="warning-import-confirm"),
    path("warnings/import/template.xlsx", warning_lists.template, name="warning-import-template"),
    path("warnings/compare/", warning_lists.compare, name="list-comparison-new"),
    path("warnings/compare/<int:pk>/", warning_lists.comparison, name="list-comparison"),
    path("warnings/compare/<int:pk>/take/", warning_lists.take, name="list-comparison-take"),
    path("warnings/signals/<int:pk>/withdraw/", warning_acts.withdraw, name="warning-withdraw"),
    path("warnings/steps/<int:pk>/answer/", warning_acts.answer, name="warning-step-answer"),
    path("warnings/papers/<int:pk>/", warnings.paper, name="site-paper"),
    path("warnings/<int:pk>/", warnings.warning, name="warning"),
    path("warnings/<int:pk>/check/", warning_acts.check, name="warning-check"),
    path("warnings/<int:pk>/steps/", warning_acts.step, name="warning-step"),
    path("import/cases/", imports.case_import, name="case-import"),
    path("import/cases/template.xlsx", imports.template, name="case-import-template"),
    path("import/cases/<int:pk>/", imports.upload, name="case-import-upload"),
    path("import/cases/<int:pk>/confirm/", imports.confirm, name="case-import-confirm"),
    path("import/cases/<int:pk>/retry/", imports.retry, name="case-import-retry"),
    path("import/cases/<int:pk>/marked.xlsx", imports.marked, name="case-import-marked"),
    path("", include("arrears.letters.urls")),
    path("", include("arrears.serious.urls")),
    path("", include("arrears.safety_nets.urls")),
    path("", include("arrears.sanctions.urls")),
    path("", include("arrears.inspections.urls")),
    path("", include("arrears.prevention.urls")),
    path("", include("arrears.portal.urls")),
    path("api/", include("arrears.api.urls")),
]
