"""Addresses of the desk (政务外网 face)."""

from __future__ import annotations

from django.urls import path

from reg.review.web import desk, login, uploads

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("login", login.login, name="desk-login"),
    path("logout", login.logout, name="desk-logout"),
    path("me", login.me, name="desk-me"),
    path("me/sessions/<slug:ref>/end", login.session_revoke, name="desk-session-revoke"),
    path("next", desk.next_case, name="desk-next"),
    path("cases/<slug:number>", desk.case_page, name="desk-case"),
    path("cases/<slug:number>/claim", desk.claim, name="desk-claim"),
    path("cases/<slug:number>/release", desk.release, name="desk-release"),
    path("cases/<slug:number>/points", desk.note, name="desk-note"),
    path("cases/<slug:number>/points/<int:point_id>/drop", desk.note_drop, name="desk-note-drop"),
    path("cases/<slug:number>/decide", desk.decide, name="desk-decide"),
    path("cases/<slug:number>/unmask", desk.unmask, name="desk-unmask"),
    path("cases/<slug:number>/papers/<int:paper_id>", desk.paper, name="desk-paper"),
    path("cases/<slug:number>/uploads/<str:line>", uploads.upload, name="desk-upload"),
    path("cases/<slug:number>/uploads/<str:line>/<int:page>.jpg", uploads.upload_page, name="desk-upload-page"),
    path(
        "cases/<slug:number>/papers/<int:paper_id>/<int:page>/<slug:size>.jpg", desk.paper_page, name="desk-paper-page"
    ),
]
