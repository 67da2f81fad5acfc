from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "arrears.referrals"
    verbose_name = "转送部门"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "event labels": "arrears.referrals.labels.EVENT_LABELS",
        "timeline labels": "arrears.referrals.labels.TIMELINE_LABELS",
        "fact labels": "arrears.referrals.labels.FACT_LABELS",
        "obligation rebuilders": "arrears.referrals.terms.rebuild",
        "subject pages": "arrears.referrals.labels.SUBJECT_PAGES",
        "under way": "arrears.referrals.provides.REFERRED",
        "answers waited for": "arrears.referrals.provides.unanswered",
        "transfers to the police": "arrears.referrals.provides.sent_to_police",
        "absorbed matters": "arrears.referrals.provides.ABSORBED",
        "form drafts": "arrears.referrals.forms.FORM_DRAFTS",
        "path copies": "arrears.referrals.models.AgencyClue",
        "approvals": "arrears.referrals.actions.approval",
    }
