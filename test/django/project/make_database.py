"""Makes a Django database with users of every kind, in one of several shapes.

Usage: python3 make_database.py SHAPE PATH
       python3 make_database.py SHAPE postgres://USER@HOST:PORT/NAME   (needs python3-psycopg2)

The shapes are user models as projects have them. Run by `npm run test:django`, and by hand to record the databases in
`test/django/recorded/`: see README.md there.
"""

import os
import sys
import uuid
from datetime import datetime, timedelta, timezone
from urllib.parse import urlparse

import django
from django.conf import settings

SHAPES = {
    "auth_user": "auth.User",
    "uuid_email": "people.UuidUser",
    "text_key": "people.TextUser",
    "phone_profile": "people.PhoneUser",
    "null_names": "people.LooseUser",
}

# Everything is made at this moment, so that a recorded database is the same each time.
MOMENT = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)
SECRET = "django-secret-of-the-recorded-project-0123456789"


def database_at(path):
    if not path.startswith("postgres://"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": path}
    url = urlparse(path)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path[1:],
        "USER": url.username,
        "PASSWORD": url.password or "",
        "HOST": url.hostname,
        "PORT": url.port or 5432,
    }


def migrations_for(path):
    """Without migrations, Django makes all tables at once. PostgreSQL needs that: tables of `people` refer to those of `auth`."""
    apps = ["people"]
    if path.startswith("postgres://"):
        apps += ["auth", "contenttypes", "token_blacklist"]
    return {app: None for app in apps}


def configure(shape, path):
    settings.configure(
        SECRET_KEY=SECRET,
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        AUTH_USER_MODEL=SHAPES[shape],
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "rest_framework",
            "rest_framework_simplejwt.token_blacklist",
            "people",
        ],
        DATABASES={"default": database_at(path)},
        PASSWORD_HASHERS=[
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
            "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
            "django.contrib.auth.hashers.MD5PasswordHasher",
        ],
        MIGRATION_MODULES=migrations_for(path),
        SILENCED_SYSTEM_CHECKS=["auth.E003", "auth.W004"],
    )
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    django.setup()


def fast(password, salt):
    """A hash that is cheap to verify in tests."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    return PBKDF2PasswordHasher().encode(password, salt, iterations=1000)


def fill_auth_user():
    from django.contrib.auth.hashers import MD5PasswordHasher, PBKDF2SHA1PasswordHasher
    from django.contrib.auth.models import Group, Permission, User

    editors = Group.objects.create(name="Editors")
    Group.objects.create(name="Readers").permissions.add(Permission.objects.get(codename="view_user"))
    editors.permissions.add(Permission.objects.get(codename="add_post"), Permission.objects.get(codename="change_post"))

    def add(username, **fields):
        fields = {"password": fast("correct horse 9", username[:8].ljust(8, "x")), "date_joined": MOMENT, **fields}
        return User.objects.create(username=username, **fields)

    anna = add("anna", email="anna@example.org", first_name="Anna", last_name="Arendt", last_login=MOMENT)
    anna.groups.add(editors)
    ben = add("ben", email="ben@example.org", is_active=False)
    ben.user_permissions.add(Permission.objects.get(codename="delete_post"))
    add("root", email="root@example.org", is_staff=True, is_superuser=True)
    add("Ånna")
    add("sha1", password=PBKDF2SHA1PasswordHasher().encode("correct horse 9", "saltsalt", iterations=1000))
    add("md5", password=MD5PasswordHasher().encode("correct horse 9", "saltsalt"))
    add("social", password="!" + "x" * 40, email="social@example.org")
    add_posts(anna, ben)
    add_tokens(anna, ben)


def add_posts(anna, ben):
    from people.models import Post

    Post.objects.create(author=anna, title="First", content="Hello", created_at=MOMENT, updated_at=MOMENT)
    Post.objects.create(author=ben, title="Second", content="World", created_at=MOMENT, updated_at=MOMENT)


def add_tokens(anna, ben):
    from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

    def outstanding(jti, user, days):
        return OutstandingToken.objects.create(
            jti=jti, user=user, token="a-raw-token-that-nobody-needs", created_at=MOMENT, expires_at=MOMENT + timedelta(days=days)
        )

    outstanding("live", anna, 3650)
    for jti, user, days in [("spent", anna, 3650), ("spent-of-nobody", None, 3650), ("spent-and-expired", ben, -1)]:
        BlacklistedToken.objects.create(token=outstanding(jti, user, days), blacklisted_at=MOMENT)


def fill_uuid_email():
    from people.models import UuidUser

    for number, (email, deleted) in enumerate(
        [("ada@example.org", None), ("Bob@Example.org", None), ("gone@example.org", MOMENT)]
    ):
        UuidUser.objects.create(
            id=uuid.UUID(int=0xABCDEF0000000000000000000000000 + number),
            email=email,
            name="Ada Lovelace" if number == 0 else "",
            password=fast("correct horse 9", "uuidsalt"),
            deleted_at=deleted,
            is_bot=False,
        )
    UuidUser.objects.create(
        id=uuid.UUID(int=0xABCDEF0000000000000000000000009), email="bot@example.org", password="!bot", is_bot=True
    )


def fill_text_key():
    from people.models import EmailAddress, TextUser

    for number, email in enumerate(["one@example.org", "two@example.org"]):
        user = TextUser.objects.create(
            id=f"usr_{number}", username=f"person{number}", password=fast("correct horse 9", "textsalt"), email="old@" + email
        )
        EmailAddress.objects.create(user=user, email="other." + email, primary=False, verified=True)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=number == 0)


def fill_phone_profile():
    from people.models import PhoneUser, Profile

    for number in range(2):
        user = PhoneUser.objects.create(
            phone_number=f"+4930123450{number}", password=fast("correct horse 9", "phonesal"), full_name=f"Person {number}"
        )
        Profile.objects.create(owner=user, company=f"Company {number}", mail=f"p{number}@example.org")


def fill_null_names():
    from people.models import LooseUser

    names = [None, None, "Twin", "twin", "ﬁne", "fine", "odd"]
    mails = [None, "a@example.org", "A@example.org", "not an address", None, "", "b@example.org"]
    for number, (name, mail) in enumerate(zip(names, mails)):
        LooseUser.objects.create(
            username=name,
            email=mail,
            password="crypt$$abc" if name == "odd" else fast("correct horse 9", "loosesal"),
        )


def make(shape, path):
    configure(shape, path)
    from django.core.management import call_command

    call_command("migrate", verbosity=0, run_syncdb=True)
    globals()[f"fill_{shape}"]()


if __name__ == "__main__":
    make(sys.argv[1], sys.argv[2])
