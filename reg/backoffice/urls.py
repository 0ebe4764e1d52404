"""Addresses of the back office (政务外网 face)."""

from __future__ import annotations

from django.urls import path

from reg.backoffice.web import (
    audit,
    case,
    declarations,
    jobs,
    name_index,
    outside,
    signatures,
    signing,
    windows,
    words,
)

urlpatterns = [
    path("outside", outside.outside, name="desk-outside"),
    path("outside/<slug:side>/<slug:code>/try", outside.outside_try, name="desk-outside-try"),
    path("jobs", jobs.jobs, name="desk-jobs"),
    path("jobs/<slug:side>/<int:number>/again", jobs.job_again, name="desk-job-again"),
    path("signing", signing.live, name="desk-signing"),
    path("signing/history", signing.history, name="desk-signing-history"),
    path("signing/export", signing.export, name="desk-signing-export"),
    path("windows", windows.windows_page, name="desk-windows"),
    path("windows/<slug:authority>", windows.window, name="desk-window"),
    path("windows/<slug:authority>/approve", windows.window_approve, name="desk-window-approve"),
    path("windows/<slug:authority>/decline", windows.window_decline, name="desk-window-decline"),
    path("windows/<slug:authority>/withdraw", windows.window_withdraw, name="desk-window-withdraw"),
    path("names", name_index.name_index, name="desk-names"),
    path("names/unsure", name_index.names_to_correct, name="desk-names-unsure"),
    path("names/<int:name>", name_index.name_one, name="desk-name"),
    path("names/<int:name>/correct", name_index.name_correction, name="desk-name-correct"),
    path("declarations", declarations.declarations, name="desk-declarations"),
    path("declarations/<slug:number>", declarations.declaration, name="desk-declaration"),
    path("declarations/<slug:number>/decide", declarations.declaration_decide, name="desk-declaration-decide"),
    path(
        "declarations/<slug:number>/proofs/<int:proof>/<int:page>.jpg",
        declarations.declaration_proof,
        name="desk-declaration-proof",
    ),
    path("words", words.words_page, name="desk-words"),
    path("words/<slug:category>", words.words_list, name="desk-words-list"),
    path("words/batches/<int:batch>", words.words_decide, name="desk-words-decide"),
    path("signatures", signatures.signatures, name="desk-signatures"),
    path("signatures/<slug:code>/evidence.zip", signatures.evidence, name="desk-evidence"),
    path("audit", audit.audit, name="desk-audit"),
    path("audit/export", audit.audit_export, name="desk-audit-export"),
    path("audit/check", audit.audit_check, name="desk-audit-check"),
    path("audit/cases/<slug:number>", case.case, name="desk-audit-case"),
]
