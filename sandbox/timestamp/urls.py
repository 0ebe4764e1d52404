from django.urls import path

from sandbox.timestamp import views

urlpatterns = [
    path("stamp", views.stamp),
    path("tsa.pem", views.tsa_pem, name="timestamp-tsa"),
]
