"""The WSGI application of 电子签名."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "signing.settings")
application = get_wsgi_application()
