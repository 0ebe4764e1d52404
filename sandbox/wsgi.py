"""The WSGI application of the sandbox. It also delivers the callbacks: a stand-in that answers must call back."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings")
application = get_wsgi_application()

from sandbox.callbacks.loop import start  # noqa: E402  the apps must be ready first

if os.environ.get("SANDBOX_CALLBACKS", "1") == "1":
    start()
