"""Addresses of the pages."""

from __future__ import annotations

from django.urls import path

from signing.web import callbacks, ceremonies, checks, entry, home, identity, many, papers, proofs, seals

app_name = "signing"
urlpatterns = [
    path("", home.home, name="home"),
    path("welcome/", entry.welcome, name="welcome"),
    path("enter/<str:secret>/", entry.enter, name="enter"),
    path("login/<str:system>/", entry.login, name="login"),
    path("login/<str:system>/back/", entry.back, name="login-back"),
    path("logout/", entry.logout, name="logout"),
    path("many/", many.many, name="many"),
    path("many/alone/", many.alone, name="many-alone"),
    path("signed/", home.signed, name="signed"),
    path("me/", home.me, name="me"),
    path("me/identity/", identity.identity_new, name="identity-new"),
    path("me/face/", identity.identity_face, name="identity-face"),
    path("me/signature.png", papers.own_signature, name="own-signature"),
    path("me/sessions/<str:ref>/end/", home.session_close, name="session-close"),
    path("cases/<str:public_id>/", home.case, name="case"),
    path("papers/<str:public_id>/", papers.paper, name="paper"),
    path("papers/<str:public_id>/pages/<int:number>.jpg", papers.page_picture, name="page-picture"),
    path("papers/<str:public_id>/text/", papers.text, name="paper-text"),
    path("papers/<str:public_id>/sign/", papers.sign, name="paper-sign"),
    path("papers/<str:public_id>/refuse/", papers.refuse, name="paper-refuse"),
    path("papers/<str:public_id>/evidence.zip", proofs.own_evidence, name="paper-evidence"),
    path("verify/", proofs.verify, name="verify"),
    path("verify.json", proofs.verify_json, name="verify-json"),
    path("verify/key.pem", proofs.key, name="verify-key"),
    path("verify/<str:code>/", proofs.verify_code, name="verify-code"),
    path("ceremonies/<str:no>/", ceremonies.show, name="ceremony"),
    path("ceremonies/<str:no>/status", ceremonies.status, name="ceremony-status"),
    path("ceremonies/<str:no>/identity/", ceremonies.identity, name="ceremony-identity"),
    path("ceremonies/<str:no>/face/", ceremonies.face, name="ceremony-face"),
    path("ceremonies/<str:no>/again/", many.again, name="ceremony-again"),
    path("ceremonies/<str:no>/drop/", ceremonies.drop, name="ceremony-drop"),
    path("ceremonies/<str:no>/tell/", ceremonies.tell, name="ceremony-tell"),
    path("checks/<str:ref>/", checks.qr, name="check-qr"),
    path("verified/<str:ref>/", ceremonies.verified, name="verified"),
    path("seals/<str:ref>/", seals.show, name="seal"),
    path("seals/<str:ref>/seal.png", seals.picture, name="seal-picture"),
    path("seals/<str:ref>/status", seals.status, name="seal-status"),
    path("seals/<str:ref>/drop/", seals.drop, name="seal-drop"),
    path("callbacks/verification/", callbacks.verification, name="callback-verification"),
    path("callbacks/elicence/", callbacks.elicence, name="callback-elicence"),
]
