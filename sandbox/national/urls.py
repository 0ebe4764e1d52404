from django.urls import path

from sandbox.national import views

urlpatterns = [path("companies/<str:uscc>", views.company)]
