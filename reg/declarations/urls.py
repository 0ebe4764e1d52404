"""Addresses of 名称自主申报."""

from django.urls import path

from reg.declarations.web import names

urlpatterns = [
    path("names", names.names, name="names"),
    path("names/new", names.name_new, name="name-new"),
    path("names/result", names.name_result, name="name-result"),
    path("names/industries", names.name_industries, name="name-industries"),
    path("names/suggestions", names.name_suggestions, name="name-suggestions"),
    path("names/<slug:reservation>", names.name, name="name"),
    path("names/<slug:reservation>/keep", names.name_keep, name="name-keep"),
]
