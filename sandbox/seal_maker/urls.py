from django.urls import path

from sandbox.seal_maker import views

urlpatterns = [
    path("seals/<str:uscc>", views.seal),
    path("status/<str:es_id>", views.status),
    path("revoke", views.revoke),
    path("make", views.make),
]
