from django.urls import path

from sandbox.sso import views

urlpatterns = [
    path("authorize", views.authorize, name="sso-authorize"),
    path("token", views.token),
    path("userinfo", views.userinfo),
]
