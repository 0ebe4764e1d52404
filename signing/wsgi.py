"""The WSGI application of 电子签名."""

import os

from foundation.serving import application_of

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "signing.settings")
application = application_of("signing")
