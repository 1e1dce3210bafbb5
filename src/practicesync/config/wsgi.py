"""The WSGI application. It does not start on settings that are not safe."""

import os

from django.core.wsgi import get_wsgi_application

from practicesync.config.checks import require_sound_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practicesync.config.settings")

application = get_wsgi_application()
require_sound_settings()
