from django.apps import AppConfig


class WorkersConfig(AppConfig):
    name = "arrears.workers"
    verbose_name = "职工名单"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.workers.labels.EVENT_LABELS",
        "timeline labels": "arrears.workers.labels.TIMELINE_LABELS",
        "fact labels": "arrears.workers.labels.FACT_LABELS",
        "closing blockers": "arrears.workers.provides.CONTRADICTED",
        "answers waited for": "arrears.workers.provides.contradictions_cleared",
        "window receipts": "arrears.workers.views.paid.open_slip",
        "window links": "arrears.workers.views.paid.link_of_worker",
        "answers of a worker": "arrears.workers.provides.answers_since",
        "workers by phone": "arrears.workers.provides.by_phone",
        "case facts": "arrears.workers.provides.add_worker_facts",
        "repeat followers": "arrears.workers.payments.follow_repeats",
        "names of workers": "arrears.workers.provides.names_of",
        "ledger contradictions": "arrears.workers.actions.contradictions",
        "numbers of a case": "arrears.workers.provides.numbers_of",
        "cases sharing numbers": "arrears.workers.provides.cases_sharing",
    }
