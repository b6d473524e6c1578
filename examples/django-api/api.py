"""An API of orders, on Django REST framework. It trusts the access tokens of Latchkey, and has no users of its own."""

import os
import sys

from django.conf import settings

LATCHKEY = os.environ.get("LATCHKEY_URL", "http://127.0.0.1:8000")

settings.configure(
    DEBUG=True,
    SECRET_KEY="not used: Latchkey signs the tokens",
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"],
    SIMPLE_JWT={
        "ALGORITHM": "ES256",
        "SIGNING_KEY": "",
        "JWK_URL": f"{LATCHKEY}/.well-known/jwks.json",
        "ISSUER": LATCHKEY,
        "LEEWAY": 5,
    },
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTStatelessUserAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
)

import django

django.setup()

from django.core.management import execute_from_command_line
from django.urls import path
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.response import Response

ORDERS = [{"id": 1, "article": "lantern"}]


class MayDeletePosts(BasePermission):
    """Reads the rights that Latchkey writes into the token, with PERMISSIONS_CLAIM=permissions."""

    def has_permission(self, request, view):
        return "posts.delete" in request.auth.get("permissions", [])


@api_view()
def orders(request):
    return Response({"account": request.user.id, "orders": ORDERS})


@api_view(["DELETE"])
@permission_classes([IsAuthenticated, MayDeletePosts])
def order(request, id):
    ORDERS[:] = [one for one in ORDERS if one["id"] != id]
    return Response(status=204)


urlpatterns = [path("orders/", orders), path("orders/<int:id>/", order)]

if __name__ == "__main__":
    execute_from_command_line([sys.argv[0], "runserver", "--noreload", os.environ.get("API_ADDRESS", "127.0.0.1:8001")])
