"""A staff member's browser on a shop's own host."""

from django.contrib.auth.models import Group
from django.test.client import Client

from shop.core.models import User
from tests.client import RoutedHandler

PASSWORD = "correct-horse-9"


def browser_of(shop, user, language="zh-hans"):
    """A browser on the shop's host, logged in as `user` (None: nobody), through the real router."""
    client = Client(HTTP_HOST=shop.host, HTTP_ACCEPT_LANGUAGE=language)
    client.handler = RoutedHandler(enforce_csrf_checks=False)
    if user:
        client.force_login(user, backend="shop.core.authentication.StaffBackend")
    return client


def owner():
    return User.objects.get(is_owner=True)


def make_staff(username, *roles):
    user = User(username=username)
    user.set_password(PASSWORD)
    user.save()
    user.groups.set(Group.objects.filter(name__in=roles))
    return user
