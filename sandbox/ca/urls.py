from django.urls import path

from sandbox.ca import views

urlpatterns = [
    path("root.pem", views.root_pem, name="ca-root"),
    path("sub.pem", views.sub_pem, name="ca-sub"),
    path("crl", views.crl_der, name="ca-crl"),
    path("certificates/event", views.event),
    path("certificates/organisation", views.organisation),
    path("certificates/revoke", views.revoke),
]
