from django.urls import path

from sandbox.verification import views

urlpatterns = [
    path("sessions", views.sessions),
    path("sessions/<str:session_no>", views.session_show),
    path("sessions/<str:session_no>/qr", views.session_qr),
    path("qr/<str:secret>", views.qr),
    path("h5/<str:token>", views.h5, name="verification-h5"),
]
