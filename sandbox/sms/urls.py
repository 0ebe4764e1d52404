from django.urls import path

from sandbox.sms import views

urlpatterns = [
    path("", views.phones, name="sms"),
    path("messages", views.messages),
]
