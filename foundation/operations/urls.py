"""`path("internal/operations/", include("foundation.operations.urls"))` in a project whose pages stand in its sister."""

from __future__ import annotations

from django.urls import path

from foundation.operations import wire

urlpatterns = [
    path("outside", wire.outside),
    path("outside/<slug:code>/try", wire.outside_try),
    path("jobs", wire.jobs),
    path("jobs/<int:number>/again", wire.job_again),
    path("audit", wire.audit),
    path("audit/export", wire.audit_export),
    path("audit/check", wire.audit_check),
]
