"""A random mix of everything a request does with the database, by many threads in several shops at once.

Started as a program it prints what it found as JSON; the slugs of the shops and the seconds are its arguments.
"""

import json
import random
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Found:
    """How often each kind of request ran, and what was wrong."""

    requests: Counter = field(default_factory=Counter)
    written: Counter = field(default_factory=Counter)
    wrong: list = field(default_factory=list)


class Rejected(Exception):
    """Rolls a transaction back."""


class Worker:
    """One thread: picks a shop and a kind of request again and again."""

    KINDS = ("plain", "atomic", "rolled_back", "savepoint_error", "server_side_cursor", "nested", "switch_in_atomic")

    def __init__(self, shops, found, number):
        self.shops, self.found, self.random = shops, found, random.Random(number)
        self.count, self.number = 0, number

    def run(self, until):
        from django.db import close_old_connections, connection

        from tenants.context import using_shop

        while time.monotonic() < until:
            ref, kind = self.random.choice(self.shops), self.random.choice(self.KINDS)
            close_old_connections()
            try:
                with using_shop(ref):
                    getattr(self, kind)(ref)
            except Exception as error:
                self.found.wrong.append(f"{kind}: {type(error).__name__}: {error}"[:300])
            close_old_connections()
            self.found.requests[kind] += 1
        connection.close()

    def read(self, ref):
        from tests.tenants.canaries import brand

        if (name := brand()) != ref.slug:
            self.found.wrong.append(f"read {name} in {ref.slug}")

    def write(self, ref, *, counts=True):
        from shop.catalog.models import Brand

        self.count += 1
        Brand.objects.create(name=f"{ref.slug} {'kept' if counts else 'undone'} {self.number}-{self.count}")
        return Counter({ref.slug: int(counts)})

    def other(self, ref):
        return self.random.choice([shop for shop in self.shops if shop != ref])

    def plain(self, ref):
        self.read(ref)
        self.found.written.update(self.write(ref))

    def atomic(self, ref):
        from django.db import transaction

        with transaction.atomic():
            self.read(ref)
            done = self.write(ref)
        self.found.written.update(done)

    def rolled_back(self, ref):
        from django.db import transaction

        from tenants.context import using_shop

        other = self.other(ref)
        try:
            with transaction.atomic():
                self.write(ref, counts=False)
                with using_shop(other):
                    self.write(other, counts=False)
                raise Rejected
        except Rejected:
            with using_shop(other):
                self.read(other)
            self.read(ref)
            self.found.written.update(self.write(ref))

    def savepoint_error(self, ref):
        from django.db import DataError, connection, transaction

        from tenants.context import using_shop

        other = self.other(ref)
        with transaction.atomic():
            try:
                with transaction.atomic(), using_shop(other), connection.cursor() as cursor:
                    self.write(other, counts=False)
                    cursor.execute("SELECT 1/0")
            except DataError:
                with using_shop(other):
                    self.read(other)
                self.read(ref)
            done = self.write(ref)
        self.found.written.update(done)

    def server_side_cursor(self, ref):
        from shop.catalog.models import Brand

        rows = Brand.objects.order_by("pk").iterator(chunk_size=3)
        for _, row in zip(range(20), rows, strict=False):
            if not row.name.startswith(ref.slug):
                self.found.wrong.append(f"row {row.name} in {ref.slug}")
        rows.close()

    def nested(self, ref):
        from tenants.context import using_shop

        other = self.other(ref)
        with using_shop(other):
            self.read(other)
            with using_shop(ref):
                self.read(ref)
            self.found.written.update(self.write(other))
        self.read(ref)

    def switch_in_atomic(self, ref):
        from django.db import transaction

        from tenants.context import using_shop

        other = self.other(ref)
        with transaction.atomic():
            with using_shop(other), transaction.atomic():
                done = self.write(other)
            done += self.write(ref)
            self.read(ref)
        self.found.written.update(done)


def run(shops, seconds, threads=8):
    """Let `threads` threads work for `seconds`; return what they found and what is really stored afterwards."""
    found = Found()
    workers = [Worker(shops, found, number) for number in range(threads)]
    until = time.monotonic() + seconds
    running = [threading.Thread(target=worker.run, args=[until]) for worker in workers]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    check_stored(shops, found)
    return found


def check_stored(shops, found):
    from shop.catalog.models import Brand
    from tenants.context import using_shop
    from tests.tenants.canaries import CANARY

    for ref in shops:
        with using_shop(ref):
            stored = list(Brand.objects.exclude(pk=CANARY).values_list("name", flat=True))
        found.wrong += [f"{name} stored in {ref.slug}" for name in stored if not name.startswith(f"{ref.slug} kept ")]
        if len(stored) != found.written[ref.slug]:
            found.wrong.append(f"{len(stored)} rows of {found.written[ref.slug]} stored in {ref.slug}")


def main(seconds, *slugs):
    import django

    django.setup()
    from django.db import connection

    from tenants import registry

    found = run([registry.by_slug(slug) for slug in slugs], float(seconds))
    pool = connection.pool.max_size if connection.settings_dict["OPTIONS"].get("pool") else 0
    if pool:
        connection.close_pool()
    print(json.dumps({"pool": pool, "requests": found.requests, "wrong": found.wrong[:20]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
