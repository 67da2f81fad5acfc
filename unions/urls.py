from django.urls import URLPattern, path, re_path

from unions import list_views
from unions.help import views as helping
from unions.log import views as auditing
from unions.people.views import agencies, guarding, people, sign_in, supervisors
from unions.tree.views import importing, structure, units

urlpatterns: list[URLPattern] = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("password/", sign_in.password, name="password"),
    path("help/", helping.index, name="help"),
    path("help/announcements/new/", helping.publish, name="announcement-new"),
    path("help/announcements/<int:pk>/end/", helping.end, name="announcement-end"),
    path("help/announcements/<int:pk>/dismiss/", helping.dismiss, name="announcement-dismiss"),
    path("help/first-steps/close/", helping.close_first_steps, name="first-steps-close"),
    path("help/<slug:key>/", helping.chapter, name="help-chapter"),
    path("unions/", units.tree, name="unions"),
    path("unions/list.xlsx", units.export, name="unions-export"),
    path("unions/import/", importing.upload, name="union-import"),
    path("unions/import/confirm/", importing.confirm, name="union-import-confirm"),
    path("unions/import/template.xlsx", importing.template, name="union-import-template"),
    path("unions/<slug:code>/", units.unit, name="union"),
    path("unions/<slug:code>/children/", units.children, name="union-children"),
    path("unions/<slug:code>/people/", units.people, name="union-people"),
    path("unions/<slug:code>/people/appoint/", people.appoint, name="union-appoint"),
    path("unions/<slug:code>/people/<int:pk>/dismiss/", people.dismiss, name="union-dismiss"),
    path("unions/<slug:code>/people/<int:pk>/away/", people.away, name="union-away"),
    path("unions/<slug:code>/people/<int:pk>/reset-password/", people.reset_password, name="union-reset-password"),
    path("unions/<slug:code>/committees/", supervisors.committee, name="supervision-committee"),
    path("unions/<slug:code>/supervisors/", supervisors.enter, name="supervisor-new"),
    path("unions/<slug:code>/supervisors/<int:pk>/end/", supervisors.release, name="supervisor-end"),
    path("unions/<slug:code>/supervisors.xlsx", supervisors.export, name="supervisors-export"),
    path("unions/<slug:code>/edit/", structure.edit, name="union-edit"),
    path("unions/<slug:code>/found/", structure.found, name="union-found"),
    re_path(r"^unions/(?P<code>[-\w]+)/(?P<what>move|split|merge|close)/$", structure.change, name="union-change"),
    path("unions/<slug:code>/agencies/new/", agencies.enter, name="agency-new"),
    path("agencies/", agencies.directory, name="agencies"),
    path("agencies/gaps/", agencies.gaps, name="agency-gaps"),
    path("agencies/<int:pk>/", agencies.agency, name="agency"),
    path("agencies/<int:pk>/edit/", agencies.edit, name="agency-edit"),
    path("agencies/<int:pk>/end/", agencies.end, name="agency-end"),
    path("agencies/<int:pk>/liaisons/", agencies.liaison, name="agency-liaison"),
    path("agencies/<int:pk>/liaisons/<int:liaison_pk>/release/", agencies.release, name="liaison-release"),
    path("accounts/", guarding.accounts_list, name="accounts"),
    re_path(
        r"^accounts/(?P<pk>\d{1,18})/(?P<act>reset|disable|enable|unlock)/$", guarding.account_act, name="account-act"
    ),
    path("lists/", list_views.list_view, name="list-view"),
    path("audit/", auditing.events, name="audit"),
    path("audit/verify/", auditing.verify, name="audit-verify"),
]
