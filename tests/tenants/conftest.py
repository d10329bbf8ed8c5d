"""Shops with canary rows: rolled back within one test, or committed for threads and other processes."""

import secrets
from contextlib import contextmanager

import pytest

from tests.tenants.canaries import plant


@pytest.fixture
def canaries(shops):
    """Alpha and beta, each with a brand, an account and a session of equal keys; rolled back."""
    for ref in shops.values():
        plant(ref)
    return shops


@pytest.fixture
def alpha(canaries):
    return canaries["alpha"]


@pytest.fixture
def beta(canaries):
    return canaries["beta"]


@contextmanager
def open_shops(blocker, count):
    """Open `count` shops that other connections see; drop them and what they left behind at the end."""
    from tenants import provisioning, registry
    from tenants.services import Owner, open_shop

    with blocker.unblock():
        slugs = [f"t{secrets.token_hex(6)}" for _ in range(count)]
        opened = [open_shop(slug, slug, Owner(f"{slug}@example.com", "!")) for slug in slugs]
        registry.forget()
        try:
            yield opened
        finally:
            drop([ref.schema for ref in opened])
            clear_shared()
            assert provisioning.spares() == 0


def clear_shared():
    """Remove what shops commit in the platform's tables: work, events, codes and what is counted of them."""
    from tenants.models import Due, OutboxEvent, Quota, SentCode

    for model in (Due, OutboxEvent, SentCode, Quota):
        model.objects.all().delete()


def drop(names):
    """Remove schemas and everything that the registry knows of them."""
    from django.db import connection
    from psycopg import sql

    from tenants import registry
    from tenants.context import using_shop
    from tenants.models import Schema, Tenant

    with using_shop(None):
        for name in names:
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))
        Schema.objects.filter(name__in=names).delete()
        Tenant.objects.filter(schema_name__in=names).delete()
        registry.changed()


@pytest.fixture(scope="module")
def opened_shops(django_db_setup, django_db_blocker):
    with open_shops(django_db_blocker, 2) as opened:
        for ref in opened:
            plant(ref)
        yield opened


@pytest.fixture
def real_shops(opened_shops, django_db_blocker):
    """Two shops of this module's own whose rows are committed, each with its canaries; leave them as they are."""
    with django_db_blocker.unblock():
        yield opened_shops


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    """Real commits in the platform's tables, which hold no work, event or code before and after."""
    with django_db_blocker.unblock():
        clear_shared()
        yield
        clear_shared()


@pytest.fixture
def handlers():
    """The list of calls that handlers received; `answers` before it tells them what to answer or raise."""
    from tests.tenants import handlers

    handlers.calls.clear()
    handlers.answers.clear()
    return handlers


@pytest.fixture
def kind(monkeypatch):
    """A kind of due work that notes its calls."""
    from tenants import subscriptions

    monkeypatch.setitem(subscriptions.handlers, "test.work", "tests.tenants.handlers.handle")
    return "test.work"


@pytest.fixture
def messages(monkeypatch):
    """The messages sent to the broker, in place of the broker; an exception put into `refuse` is raised."""
    from tenants.tasks import run_due

    class Messages(list):
        refuse = None

        def send(self, args, **options):
            if self.refuse:
                raise self.refuse
            assert options == {"retry": False}
            self.append(tuple(args))

        def work_off(self):
            """Run every message as a worker would."""
            for message in self.take():
                run_due(*message)

        def take(self):
            taken = list(self)
            self.clear()
            return taken

    sent = Messages()
    monkeypatch.setattr(run_due, "apply_async", sent.send)
    return sent
