"""Rows that tell which shop they belong to, under keys that are equal in every shop."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from tenants.context import using_shop

CANARY = 770001
SESSION = "canarysessioncanarysessioncanary"
HASH = "!"


def plant(ref):
    """Put the canaries of one shop into it."""
    from django.contrib.auth.models import Group

    from shop.catalog.models import Brand
    from shop.core.models import User

    with using_shop(ref):
        Brand.objects.create(pk=CANARY, key="canary", name=ref.slug)
        Group.objects.create(pk=CANARY, name=ref.slug)
        User.objects.create(pk=CANARY, username="canary", display_name=ref.slug, password=HASH)


def brand():
    """Return the name that the canary has in whatever shop the database thinks is current."""
    from shop.catalog.models import Brand

    return Brand.objects.get(pk=CANARY).name


def names(shops):
    """Return, for each shop, the names that the canary has there; empty where it is gone."""
    from shop.catalog.models import Brand

    found = []
    for ref in shops:
        with using_shop(ref):
            found.append(list(Brand.objects.filter(pk=CANARY).values_list("name", flat=True)))
    return found


def search_path():
    """Return the path that statements really run with."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        return cursor.fetchone()[0].strip('"')


def in_threads(*jobs):
    """Run each job in a thread of its own, with its own connection; return results or the errors raised."""

    def run(job):
        try:
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
