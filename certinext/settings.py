"""Django's settings. Everything that differs between machines comes from the environment.

The variables are listed in `.env.example`. A setting that is missing in production is an error
that names the variable; a machine of a developer gets working defaults through `run.py`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from certinext.environment import database_settings, email_settings, flag

# Lets classes such as admin.ModelAdmin be written with their model in brackets.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = flag("DEBUG", default=False)
SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("SECRET_KEY is not set: put 50 random characters into it.")
    SECRET_KEY = "only-for-development-" + "x" * 40
# Earlier keys, while sessions and sealed secrets made with them are still about.
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("SECRET_KEY_FALLBACKS", "").split(",") if key]
# Hosts are checked against the tenants' domains: an unknown host gets 404 before any view.
ALLOWED_HOSTS = ["*"]
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
PUBLIC_HOST = os.environ.get("PUBLIC_HOST", "localhost")
SITE_SCHEME = os.environ.get("SITE_SCHEME", "https")
SITE_PORT = os.environ.get("SITE_PORT", "")
# The imitated gateway settles invoices though no money moves: an installation must ask for it.
SANDBOX_GATEWAY = flag("SANDBOX_GATEWAY", default=DEBUG)
# The imitated registry gives numbers that are worth nothing: an installation must ask for it, too.
SANDBOX_REGISTRY = flag("SANDBOX_REGISTRY", default=DEBUG)

# ── Applications. Tenants share nothing but the code and the public schema's Tenant and Domain.
SHARED_APPS = [
    "django_tenants",
    "certinext.tenancy",
    "certinext.audit",
    "certinext.identity",
    "certinext.web",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django.forms",
    "allauth",
    "allauth.account",
    "django_filters",
    "django_htmx",
    "csp",
]
TENANT_APPS = [
    "certinext.audit",
    "certinext.identity",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "billing",
    "invoices",
    "credit_notes",
    "orders",
    "certinext.backoffice",
]
# The backoffice first: its create_tenant takes the place of the library's command.
INSTALLED_APPS = list(dict.fromkeys(["certinext.backoffice", *SHARED_APPS, *TENANT_APPS]))

TENANT_MODEL = "tenancy.Tenant"
TENANT_DOMAIN_MODEL = "tenancy.Domain"
TENANT_LIMIT_SET_CALLS = True
ROOT_URLCONF = "certinext.urls"
PUBLIC_SCHEMA_URLCONF = "certinext.urls_public"
WSGI_APPLICATION = "certinext.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "certinext.web.middleware.request_id_middleware",
    "certinext.web.middleware.health_middleware",
    "certinext.web.middleware.access_log_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "certinext.web.middleware.private_pages_middleware",
    "certinext.tenancy.middleware.HostMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    # Until here nothing has read the body; from here on views and their forms do.
    "certinext.web.middleware.body_size_middleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "certinext.web.middleware.method_page_middleware",
    "certinext.audit.middleware.audit_context_middleware",
    "billing.middleware.account_middleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "billing.context.portal",
            ],
        },
    }
]

# ── Data
DATABASE_ROLE = os.environ.get("DATABASE_ROLE", "application")
DATABASES: dict[str, dict[str, Any]] = {"default": database_settings(role=DATABASE_ROLE)}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
# The role that web, worker and beat use; grants name it after each migration.
APPLICATION_ROLE = os.environ.get("APPLICATION_ROLE", "certinext_app")

REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "REVERSE_KEY_FUNCTION": "django_tenants.cache.reverse_key",
    }
}

# The folder with each tenant's sealing key: northwind.json names its PKCS#12 file or PKCS#11 token.
SEALING_KEYS = Path(os.environ["SEALING_KEYS"]) if os.environ.get("SEALING_KEYS") else None
# The folder with each tenant's access to India's invoice registration portal, described by
# northwind.json.
REGISTRY_CREDENTIALS = (
    Path(os.environ["REGISTRY_CREDENTIALS"]) if os.environ.get("REGISTRY_CREDENTIALS") else None
)
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", BASE_DIR / ".run" / "media"))
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / ".run" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Development and tests look files up when they are asked for: no handler lists them all first.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    # PDFs: below the tenant's prefix, never served by URL.
    "default": {
        "BACKEND": os.environ.get("DOCUMENT_STORAGE", "certinext.tenancy.storage.TenantStorage")
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# ── Celery: Redis only wakes workers up; the database holds the truth.
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "redis://localhost:6379/1")

# ── People
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "certinext.identity.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# Links in confirmation mails would be valid at every tenant; codes live in the tenant's session.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = None
# Otherwise subjects begin with the host that a request claims to be for.
# Beside allauth's own: so many PDFs an address may have checked.
ACCOUNT_RATE_LIMITS = {"verify_document": "30/m/ip"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Behind this many proxies the client's address is read from X-Forwarded-For.
TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXY_COUNT", "0"))
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
INVITATION_DAYS = 7

# ── Mail
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "billing@localhost")
for _name, _value in email_settings(os.environ.get("EMAIL_URL", "console://")).items():
    globals()[_name] = _value

# ── Language and time. Pages show the seller's zone; the database stores UTC.
LANGUAGE_CODE = "en"
# What pages speak. Mails and documents speak their account's language, whatever the browser asks
# for: locale/ has only their words, so no other language may be offered here yet.
LANGUAGES = [("en", _("English"))]
DOCUMENT_LANGUAGES = [
    ("en", _("English")),
    ("de", _("German")),
    ("fr", _("French")),
    ("hi", _("Hindi")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# ── Security
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_SCHEME == "https"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = flag("SECURE_SSL_REDIRECT", default=SITE_SCHEME == "https")
SECURE_HSTS_SECONDS = int(
    os.environ.get("SECURE_HSTS_SECONDS", "31536000" if SITE_SCHEME == "https" else "0")
)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Bootstrap draws its select arrows and check marks as data: images.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# ── Logs: one JSON object a line, with the tenant and the request's id.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"context": {"()": "certinext.web.logs.ContextFilter"}},
    "formatters": {
        "json": {"()": "certinext.web.logs.JsonFormatter"},
        "plain": {"format": "{levelname} {tenant} {request_id} {name}: {message}", "style": "{"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["context"],
            "formatter": os.environ.get("LOG_FORMAT", "json"),
        }
    },
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        # Its "received" cannot name the tenant: billing.task_log says it instead.
        "celery.worker.strategy": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
