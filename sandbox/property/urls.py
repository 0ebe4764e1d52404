from django.urls import path

from sandbox.property import views

urlpatterns = [path("check", views.check)]
