from django.urls import path

from sandbox.licence_store import views

urlpatterns = [path("query", views.query)]
