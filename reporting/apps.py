from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = "报表与规则"

    def ready(self) -> None:
        from reporting import rules_check  # noqa: F401 - registers the check of the rulebooks
