"""The WSGI application of the registration system."""

import os

from foundation.serving import application_of

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reg.settings")
application = application_of("reg")
