"""The surroundings of the clinic application under test, set before anything imports its models."""

import os
import shutil
import tempfile

import django
import pytest
from hypothesis import HealthCheck, settings

os.environ["PINPRICK_DATA"] = tempfile.mkdtemp(prefix="pinprick-tests-")
os.environ["DJANGO_SETTINGS_MODULE"] = "pinprick.clinic.settings"
os.environ.pop("DATABASE_URL", None)
django.setup()

# A slow machine is no fault: no example is judged by the time that it takes to make or to run.
settings.register_profile("pinprick", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("pinprick")

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium_path():
    """Debian's Chromium, or a reason to skip."""
    found = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    return found


@pytest.fixture(scope="module")
def runner():
    """Playwright for a module: its loop runs while it lives, and what else needs one in this thread waits outside."""
    api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
    # The database is asked from the thread in which Playwright runs its loop; Django would refuse that as asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with api.sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(runner, chromium_path):
    """A browser for all tests that ask no more of it."""
    started = runner.chromium.launch(executable_path=chromium_path, args=QUIET)
    yield started
    started.close()
