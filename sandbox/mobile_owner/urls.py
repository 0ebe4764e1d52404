from django.urls import path

from sandbox.mobile_owner import views

urlpatterns = [path("check", views.check)]
