from django.urls import URLPattern, path

from unions.views import sign_in, units

urlpatterns: list[URLPattern] = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("password/", sign_in.password, name="password"),
    path("unions/", units.tree, name="unions"),
    path("unions/<slug:code>/", units.unit, name="union"),
]
