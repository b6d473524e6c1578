"""User models as public projects have them. Only the one that AUTH_USER_MODEL names is installed."""

import uuid

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

MODEL = settings.AUTH_USER_MODEL


class Post(models.Model):
    author = models.ForeignKey(MODEL, on_delete=models.CASCADE)
    title = models.CharField(max_length=200)
    content = models.TextField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()


if MODEL == "people.UuidUser":

    class UuidUser(AbstractBaseUser, PermissionsMixin):
        """A UUID as primary key, email as the only identifier, one name, soft deletion."""

        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        email = models.EmailField(unique=True)
        name = models.CharField(max_length=255, blank=True)
        is_active = models.BooleanField(default=True)
        is_bot = models.BooleanField(default=False)
        deleted_at = models.DateTimeField(null=True)
        created_at = models.DateTimeField(auto_now_add=True)
        USERNAME_FIELD = "email"
        objects = BaseUserManager()

        class Meta:
            db_table = "users"


if MODEL == "people.TextUser":

    class TextUser(AbstractBaseUser):
        """A text as primary key, no flags, no groups, and the tables of django-allauth."""

        id = models.CharField(primary_key=True, max_length=32)
        username = models.CharField(max_length=60, unique=True)
        email = models.CharField(max_length=254)
        USERNAME_FIELD = "username"

        class Meta:
            db_table = "htx_user"

    class EmailAddress(models.Model):
        user = models.ForeignKey(MODEL, on_delete=models.CASCADE)
        email = models.EmailField()
        verified = models.BooleanField(default=False)
        primary = models.BooleanField(default=False)

        class Meta:
            db_table = "account_emailaddress"


if MODEL == "people.PhoneUser":

    class PhoneUser(AbstractBaseUser, PermissionsMixin):
        """A phone number as login, and a second table with the rest."""

        phone_number = models.CharField(max_length=32, unique=True)
        full_name = models.CharField(max_length=100)
        is_active = models.BooleanField(default=True)
        USERNAME_FIELD = "phone_number"

    class Profile(models.Model):
        owner = models.OneToOneField(MODEL, on_delete=models.CASCADE)
        company = models.CharField(max_length=100)
        mail = models.EmailField()


if MODEL == "people.LooseUser":

    class LooseUser(AbstractBaseUser):
        """Usernames and addresses that are null, repeated or no addresses."""

        username = models.CharField(max_length=200, null=True)
        email = models.CharField(max_length=254, null=True)
        is_active = models.BooleanField(default=True)
        USERNAME_FIELD = "username"
