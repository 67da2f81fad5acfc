from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        # Shared tasks belong to this application from the moment Django is ready.
        import config.celery  # noqa: F401
        from config import receivers

        receivers.connect_all()
