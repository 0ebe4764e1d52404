from django.urls import path

from sandbox.onestop import views

urlpatterns = [
    path("cases", views.cases),
    path("cases/<str:serial>", views.case_show),
    path("cases/<str:serial>/status", views.case_status),
]
