from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "arrears.referrals"
    verbose_name = "转送部门"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "under way": "arrears.referrals.blockers.REFERRED",
        "answers waited for": "arrears.referrals.blockers.unanswered",
        "form drafts": "arrears.referrals.drafts.FORMS",
    }
