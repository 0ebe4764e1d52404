from django.urls import path

from sandbox.agent_filing import views

urlpatterns = [path("check", views.check)]
