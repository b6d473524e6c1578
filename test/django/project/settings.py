"""A small Django project as teams have it: Django REST framework, SimpleJWT with its blacklist, and a table that refers to users."""

import os
from datetime import timedelta

SECRET_KEY = os.environ.get("DJANGO_SECRET", "the-secret-key-of-a-django-project-0123456789")
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "urls"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = os.environ.get("USER_MODEL", "auth.User")
SILENCED_SYSTEM_CHECKS = ["auth.E003", "auth.W004"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "people",
]
if os.environ.get("WITH_ALLAUTH"):
    INSTALLED_APPS += ["django.contrib.sites", "allauth", "allauth.account"]
    SITE_ID = 1
MIGRATION_MODULES = {"people": None}
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
# The second one is for the way back: Latchkey stores new passwords with it.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
    "UNAUTHENTICATED_USER": None,
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=30),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
}
