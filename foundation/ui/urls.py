"""显示设置, and the gallery of all parts where this is a demonstration."""

from __future__ import annotations

from django.urls import path

from foundation.ui import gallery, views

app_name = "ui"
urlpatterns = [
    path("preferences", views.preferences, name="preferences"),
    path("gallery", gallery.phone, name="gallery"),
    path("gallery/home", gallery.home, name="gallery-home"),
    path("gallery/desk", gallery.desk, name="gallery-desk"),
    path("gallery/sheet", gallery.sheet, name="gallery-sheet"),
    path("gallery/stop/<slug:kind>", gallery.stop, name="gallery-stop"),
    path("gallery/islands", gallery.islands, name="gallery-islands"),
    path("gallery/do/<slug:what>", gallery.do, name="gallery-do"),
]
