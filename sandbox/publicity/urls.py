from django.urls import path

from sandbox.publicity import views

urlpatterns = [
    path("companies/<str:uscc>/abnormal", views.abnormal),
    path("companies/<str:uscc>/pending-matters", views.pending_matters),
]
