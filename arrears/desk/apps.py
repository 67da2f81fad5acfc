from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "arrears.desk"
    verbose_name = "欠薪案件"
    # What this app gives to the apps below it (unions/common/features.py): name → dotted path, or several in order.
    provides: dict[str, str | tuple[str, ...]] = {
        "waiting numbers": "arrears.desk.waiting.waiting_for",
        "approval queue": "arrears.desk.approvals.next_in_queue",
        "case page": "arrears.desk.case_page.case_page",
    }
