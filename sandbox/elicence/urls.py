from django.urls import path

from sandbox.elicence import pages, views

urlpatterns = [
    path("authorize", pages.authorize, name="elicence-authorize"),
    path("token", views.token),
    path("userinfo", views.userinfo),
    path("certificates/<str:uscc>", views.certificate),
    path("seal/prepare", views.seal_prepare),
    path("seal/orders/<str:order_no>", views.seal_order),
    path("seal/<str:token>", pages.seal, name="elicence-seal"),
    path("licences/push", views.push),
]
