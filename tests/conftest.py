"""The surroundings of the clinic application under test, set before anything imports its models."""

import os
import tempfile

import django

os.environ["PINPRICK_DATA"] = tempfile.mkdtemp(prefix="pinprick-tests-")
os.environ["DJANGO_SETTINGS_MODULE"] = "pinprick.clinic.settings"
os.environ.pop("DATABASE_URL", None)
django.setup()
