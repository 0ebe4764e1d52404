"""Addresses of 名称自主申报."""

from django.urls import path

from reg.declarations.web import abroad, declaration, names, ways

urlpatterns = [
    path("names", names.names, name="names"),
    path("names/new", names.name_new, name="name-new"),
    path("names/industries", names.name_industries, name="name-industries"),
    path("names/guide/<slug:kind>", names.name_guide, name="name-guide"),
    path("names/branch", ways.branch_find, name="name-branch-find"),
    path("names/branch/<slug:uscc>", ways.branch_name, name="name-branch"),
    path("names/change", ways.change_find, name="name-change-find"),
    path("names/change/<slug:uscc>", ways.change_name, name="name-change"),
    path("names/move-in", abroad.move_find, name="name-move-in-find"),
    path("names/move-in/<slug:uscc>", abroad.move_name, name="name-move-in"),
    path("names/<slug:declaration>", declaration.name, name="name"),
    path("names/<slug:declaration>/keep", declaration.name_keep, name="name-keep"),
    path("names/<slug:declaration>/proofs", declaration.name_proof, name="name-proof"),
    path("names/<slug:declaration>/proofs/<int:proof>", declaration.name_proof_file, name="name-proof-file"),
]
