from django.apps import AppConfig, apps
from django.db.models.signals import pre_migrate


class ConfigApp(AppConfig):
    name = "config"
    label = "config"
    provides = {"event labels": "config.backup.EVENT_LABELS", "upkeep": "config.backup.last_backup"}

    def ready(self) -> None:
        # Shared tasks belong to this application from the moment Django is ready.
        import config.celery  # noqa: F401
        from config import receivers
        from config.older_database import refuse_older_database

        receivers.connect_all()
        # Sent for apps that have models only.
        pre_migrate.connect(refuse_older_database, sender=apps.get_app_config("unions"))
