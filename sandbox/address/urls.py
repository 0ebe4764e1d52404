from django.urls import path

from sandbox.address import views

urlpatterns = [
    path("roads", views.road_list),
    path("standard", views.standard_address),
    path("centralized", views.centralized),
    path("frozen", views.frozen),
    path("density", views.density),
]
