from django.urls import path

from sandbox.watchlist import views

urlpatterns = [
    path("person", views.person),
    path("company", views.company),
]
