"""The application a web server calls."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from dozor.config.guard import refuse_unsafe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dozor.config.settings")
refuse_unsafe(settings)
application = get_wsgi_application()
# the addresses and what they need are loaded now, not while the first visitor waits
import_module("dozor.config.urls")
import_module("dozor.web.ahead").before_visitors()
