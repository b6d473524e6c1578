"""Verifies an access token as a Python service would: argv is the library, the JWK Set's URL, the issuer, the algorithm."""

import json
import sys

library, jwk_url, issuer, algorithm = sys.argv[1:]
token = sys.stdin.read()

if library == "pyjwt":
    import jwt

    key = jwt.PyJWKClient(jwk_url).get_signing_key_from_jwt(token).key
    try:
        claims = jwt.decode(token, key, algorithms=[algorithm], issuer=issuer)
    except jwt.InvalidTokenError as error:
        claims = {"refused": type(error).__name__}
else:
    from django.conf import settings

    settings.configure(
        SECRET_KEY="of no use here",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
        SIMPLE_JWT={"ALGORITHM": algorithm, "SIGNING_KEY": "", "JWK_URL": jwk_url, "ISSUER": issuer},
    )
    import django

    django.setup()
    from rest_framework_simplejwt.exceptions import TokenError
    from rest_framework_simplejwt.tokens import AccessToken

    try:
        claims = AccessToken(token).payload
    except TokenError as error:
        claims = {"refused": type(error).__name__}

print(json.dumps(claims))
