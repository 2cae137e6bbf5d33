"""Who works with the record."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """An account of an analyst, a reviewer, an administrator or a viewer."""
