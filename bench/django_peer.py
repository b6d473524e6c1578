"""What Latchkey takes the place of: Django REST framework with SimpleJWT, set up as their documentation says.

The benchmark starts it with gunicorn; run by itself it makes its database. PEER_DATABASE names the file.
"""

import os

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="only-for-measurements-8d1f0c5be27a4963",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "rest_framework",
        "rest_framework_simplejwt",
        "rest_framework_simplejwt.token_blacklist",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["PEER_DATABASE"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {"timeout": 30},
        }
    },
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
    SIMPLE_JWT={"ROTATE_REFRESH_TOKENS": True, "BLACKLIST_AFTER_ROTATION": True},
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.decorators import api_view, permission_classes  # noqa: E402
from rest_framework.permissions import IsAuthenticated  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework_simplejwt import views  # noqa: E402


@api_view(["GET"])
def healthz(request):
    return Response({"status": "ok"})


@api_view(["GET"])
@permission_classes([IsAuthenticated])
def profile(request):
    user = request.user
    return Response({"id": user.id, "username": user.username, "email": user.email})


@api_view(["POST"])
def register(request):
    username, email = request.data["username"], request.data["email"]
    User.objects.create_user(username, email, request.data["password"])
    return Response({"username": username, "email": email}, status=201)


urlpatterns = [
    path("healthz", healthz),
    path("api/users/profile/", profile),
    path("api/register/", register),
    path("api/token/", views.TokenObtainPairView.as_view()),
    path("api/token/refresh/", views.TokenRefreshView.as_view()),
    path("api/token/verify/", views.TokenVerifyView.as_view()),
]
application = get_wsgi_application()

if __name__ == "__main__":
    connection.cursor().execute("pragma journal_mode = wal")
    call_command("migrate", verbosity=0)
