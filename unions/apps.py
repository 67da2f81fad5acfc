from django.apps import AppConfig


class UnionsConfig(AppConfig):
    name = "unions"
    verbose_name = "工会与人员"

    def ready(self) -> None:
        from unions.people import agencies  # noqa: F401 - tells the log what its acts are called
