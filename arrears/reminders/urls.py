from django.urls import URLPattern, path

from arrears.reminders import views as inbox

urlpatterns: list[URLPattern] = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.inbox_read, name="inbox-read"),
    path("inbox/settings/", inbox.preferences, name="reminder-preferences"),
    path("inbox/mail/", inbox.dev_mail, name="dev-mail"),
]
