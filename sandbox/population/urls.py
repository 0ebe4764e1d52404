from django.urls import path

from sandbox.population import views

urlpatterns = [path("check", views.check)]
