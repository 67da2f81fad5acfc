from django.urls import URLPattern, path

from reporting.views import exports, forms, overview, rulebooks, trials, workcalendar

urlpatterns: list[URLPattern] = [
    path("overview/", overview.overview, name="overview"),
    path("overview/charts/<slug:name>/", overview.chart, name="overview-chart"),
    path("overview/cases/", overview.cases, name="overview-cases"),
    path("forms/", forms.form_list, name="forms"),
    path("forms/<slug:key>/", forms.form_page, name="form"),
    path("forms/<slug:key>/cell/", forms.cell, name="form-cell"),
    path("exports/", exports.export_list, name="exports"),
    path("exports/new/", exports.export_new, name="export-new"),
    path("exports/<int:pk>/", exports.export, name="export"),
    path("exports/<int:pk>/cancel/", exports.export_cancel, name="export-cancel"),
    path("exports/<int:pk>/file/", exports.export_file, name="export-file"),
    path("rulebooks/", rulebooks.rulebook_list, name="rulebooks"),
    path("rulebooks/<slug:key>/", rulebooks.rulebook, name="rulebook"),
    path("rulebook-uploads/new/", trials.upload, name="rulebook-upload"),
    path("rulebook-uploads/<int:pk>/", trials.trial, name="rulebook-trial"),
    path("rulebook-uploads/<int:pk>/rulebook/", trials.preview, name="rulebook-preview"),
    path("rulebook-uploads/<int:pk>/activate/", trials.activate, name="rulebook-activate"),
    path("rulebook-uploads/<int:pk>/discard/", trials.discard, name="rulebook-discard"),
    path("work-calendar/", workcalendar.year, name="work-calendar"),
    path("work-calendar/day/", workcalendar.day, name="calendar-day"),
    path("work-calendar/count/", workcalendar.count, name="calendar-count"),
    path("work-calendar/holidays/", workcalendar.holidays, name="holidays"),
    path("work-calendar/holidays/enter/", workcalendar.holidays_enter, name="holidays-enter"),
    path("work-calendar/holidays/withdraw/", workcalendar.holidays_withdraw, name="holidays-withdraw"),
    path("work-calendar/feed/", workcalendar.feed_new, name="calendar-feed-new"),
    path("calendar/<str:token>.ics", workcalendar.feed, name="calendar-feed"),
]
