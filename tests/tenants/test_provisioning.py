"""Schemas: built exactly as migrations would, claimed once, given back when a sign-up fails, kept up to date."""

import difflib
import os
import re
import secrets
import subprocess
import threading

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.core.models import User
from tenants import deploying, provisioning, registry
from tenants.context import CONSOLE, using_shop
from tenants.errors import ShopError
from tenants.migrations_hash import current_hash
from tenants.models import Domain, OutboxEvent, Registry, Schema, SchemaScript, Tenant
from tenants.services import RESERVED_SLUGS, Owner, open_shop
from tests.tenants.canaries import in_threads
from tests.tenants.conftest import clear_shared, drop, open_shops

OWNER = Owner("owner@example.com", "!")


@pytest.fixture
def made(django_db_setup, django_db_blocker):
    """Real commits; every schema made meanwhile is dropped."""
    with django_db_blocker.unblock():
        before = set(Schema.objects.values_list("name", flat=True))
        yield
        drop(sorted(set(Schema.objects.values_list("name", flat=True)) - before))
        clear_shared()
        registry.forget()


def tables_of(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema = %s", [name])
        return cursor.fetchone()[0]


def new_slug():
    return f"t{secrets.token_hex(6)}"


def test_two_shops_exist_with_equal_ids(shops):
    owners = []
    for ref in shops.values():
        with using_shop(ref):
            owners.append(User.objects.get().pk)
    assert owners[0] == owners[1]


def test_a_schema_without_spares_is_built_on_the_spot(shops):
    name = provisioning.claim()
    assert Schema.objects.get(name=name).state == Schema.State.LIVE
    assert tables_of(name) > 30


def test_schema_names_are_random_and_safe():
    names = {provisioning.new_schema_name() for _ in range(200)}
    assert len(names) == 200
    assert all(re.fullmatch(r"s_[a-z0-9]{12}", name) for name in names)


def test_without_a_deploy_there_is_no_script(shops):
    SchemaScript.objects.all().delete()
    with pytest.raises(provisioning.NoScript):
        provisioning.claim()


# the script


def dump(name):
    parts = settings.DATABASES["default"]
    options = ["-n", name, "--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=1"]
    address = ["-h", parts["HOST"], "-p", str(parts["PORT"]), "-U", parts["USER"]]
    done = subprocess.run(
        [settings.PG_DUMP, *options, *address, parts["NAME"]],
        env={**os.environ, "PGPASSWORD": parts["PASSWORD"]},
        check=True,
        capture_output=True,
        text=True,
    )
    return normalised(done.stdout, name)


def normalised(text, name):
    """Leave out what differs between any two schemas: the name, times, random keys, the order of rows.

    PostgreSQL writes `state IN ('A', 'B')` of a condition with other casts once it has read its own output.
    """
    text = text.replace(name, "SCHEMA")
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+\d\d", "TIME", text)
    text = re.sub(r"'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'", "'UUID'", text)
    text = re.sub(r"(?m)ANY \(+ARRAY\[.*$", lambda found: str(re.findall(r"'[^']*'", found[0])), text)
    text = re.sub(r"(?m)^\\(un)?restrict .*$", "", text)
    return sorted(line.strip() for line in text.splitlines() if line.strip())


@pytest.mark.race
def test_a_script_that_another_installation_keeps_is_not_built_again(tmp_path, settings, monkeypatch):
    settings.SCHEMA_SCRIPTS = str(tmp_path)
    built = iter(["CREATE TABLE a ();"])
    monkeypatch.setattr(provisioning, "_build_script", lambda: next(built))
    assert [provisioning.make_script() for _time in range(2)] == ["CREATE TABLE a ();"] * 2
    assert [path.name for path in tmp_path.iterdir()] == [f"{current_hash()}.sql"]


def test_a_schema_from_the_script_is_exactly_what_migrations_make(made):
    migrated, built = provisioning.new_schema_name(), provisioning.new_schema_name()
    call_command("migrate_schema", migrated)
    Schema.objects.create(name=migrated, hash=current_hash(), state=Schema.State.LIVE)
    provisioning.build(built, state=Schema.State.LIVE)
    expected, found = dump(migrated), dump(built)
    assert len(expected) > 500
    differences = "\n".join(difflib.unified_diff(expected, found, lineterm="", n=0))
    assert differences == ""


def test_the_script_names_no_schema_but_the_one_it_builds(shops):
    body = provisioning.script()
    assert f"CREATE SCHEMA {provisioning.TEMPLATE_SCHEMA};" in body
    assert not re.findall(r"\bpublic\.", body)
    assert "search_path" not in body


# claiming


@pytest.mark.race
def test_parallel_claims_never_share_a_schema(made, settings):
    settings.SPARE_SCHEMAS = 5
    assert (provisioning.fill_spares(), provisioning.fill_spares(), provisioning.spares()) == (5, 0, 5)
    spares = set(Schema.objects.filter(state=Schema.State.SPARE).values_list("name", flat=True))
    started = threading.Barrier(20)

    def sign_up():
        from django.db import transaction

        started.wait()
        with transaction.atomic():
            return provisioning.claim()

    names = in_threads(*[sign_up] * 20)
    assert len(set(names)) == 20
    assert spares < set(names)
    assert provisioning.spares() == 0
    assert set(Schema.objects.filter(name__in=names).values_list("state", "hash")) == {("LIVE", current_hash())}
    assert {tables_of(name) for name in names} == {tables_of(names[0])}


@pytest.mark.race
def test_two_fillers_do_not_overfill_the_pool(made, settings):
    settings.SPARE_SCHEMAS = 3
    started = threading.Barrier(3)

    def fill():
        started.wait()
        return provisioning.fill_spares()

    assert sum(in_threads(fill, fill, fill)) + provisioning.fill_spares() == 3
    assert provisioning.spares() == 3


@pytest.mark.race
def test_a_claim_rolled_back_gives_the_schema_back(made, settings):
    from django.db import transaction

    settings.SPARE_SCHEMAS = 1
    provisioning.fill_spares()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        name = provisioning.claim()
        raise ZeroDivisionError
    assert Schema.objects.get(name=name).state == Schema.State.SPARE
    assert provisioning.claim() == name


# opening a shop


def test_an_opened_shop_has_its_owner_host_and_event(shops):
    generation = Registry.objects.get().generation
    slug = new_slug()
    shop = open_shop(slug, "新店", OWNER)
    assert (shop.slug, shop.name, shop.host, shop.state) == (slug, "新店", f"{slug}.weipu.test", "OPEN")
    assert shop.schema_hash == current_hash()
    assert Domain.objects.get(tenant__uuid=shop.uuid).is_primary
    with using_shop(shop):
        owner = User.objects.get()
        assert (owner.username, owner.password, owner.is_owner, owner.is_staff) == (OWNER.contact, "!", True, True)
    event = OutboxEvent.objects.get(shop=shop.uuid)
    assert (event.topic, event.ref) == ("shop.opened", shop.key)
    assert Registry.objects.get().generation == generation + 1


@pytest.mark.parametrize("current", ["console", "shop", "none"])
def test_a_shop_can_be_opened_from_anywhere(shops, current):
    with using_shop({"console": CONSOLE, "shop": shops["alpha"], "none": None}[current]):
        shop = open_shop(new_slug(), "新店", OWNER)
    with using_shop(shop):
        assert User.objects.get().username == OWNER.contact
    with using_shop(shops["alpha"]):
        assert not User.objects.filter(username=OWNER.contact).exists()


@pytest.mark.race
@pytest.mark.parametrize("pool", [0, 1])
def test_a_sign_up_that_fails_in_the_middle_leaves_nothing(made, settings, pool):
    settings.SPARE_SCHEMAS = pool
    provisioning.fill_spares()
    schemas = set(Schema.objects.values_list("name", "state"))
    tenants, domains, events = Tenant.objects.count(), Domain.objects.count(), OutboxEvent.objects.count()
    generation = Registry.objects.get().generation
    settings.SHOP_OPENER = "tests.tenants.handlers.open_and_fail"
    with pytest.raises(ZeroDivisionError):
        open_shop(new_slug(), "新店", OWNER)
    assert set(Schema.objects.values_list("name", "state")) == schemas
    assert (Tenant.objects.count(), Domain.objects.count(), OutboxEvent.objects.count()) == (tenants, domains, events)
    assert Registry.objects.get().generation == generation
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 's\\_%%'")
        assert cursor.fetchone()[0] == len(schemas) - 1  # all but console
    for name, state in schemas:
        if state == Schema.State.SPARE:
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT count(*) FROM "{name}".core_user')
                assert cursor.fetchone()[0] == 0


@pytest.mark.parametrize(
    "slug",
    ["", "a", "ab", "A-shop", "1shop", "-shop", "shop-", "my_shop", "my.shop", "店铺", "a" * 31, "shop\n", "a b c"],
)
def test_a_slug_that_is_no_host_label_is_refused(shops, slug):
    count = Tenant.objects.count()
    with pytest.raises(ShopError) as refused:
        open_shop(slug, "新店", OWNER)
    assert (refused.value.code, Tenant.objects.count()) == ("slug_invalid", count)


@pytest.mark.parametrize("slug", [*sorted(slug for slug in RESERVED_SLUGS if len(slug) > 2), "xn--abc"])
def test_a_reserved_slug_is_refused(shops, slug):
    with pytest.raises(ShopError) as refused:
        open_shop(slug, "新店", OWNER)
    assert refused.value.code == "slug_reserved"


def test_a_taken_slug_is_refused(shops):
    with pytest.raises(ShopError) as refused:
        open_shop("alpha", "新店", OWNER)
    assert refused.value.code == "slug_taken"


@pytest.mark.race
def test_two_sign_ups_for_one_slug_make_one_shop(made):
    slug, started = new_slug(), threading.Barrier(4)

    def sign_up():
        started.wait()
        return open_shop(slug, "新店", OWNER)

    answers = in_threads(*[sign_up] * 4)
    opened = [answer for answer in answers if not isinstance(answer, Exception)]
    refused = [answer for answer in answers if isinstance(answer, ShopError)]
    assert (len(opened), [error.code for error in refused]) == (1, ["slug_taken"] * 3)
    assert Tenant.objects.get(slug=slug).schema_name == opened[0].schema
    live = Schema.objects.filter(state=Schema.State.LIVE).exclude(name="console")
    assert set(live.values_list("name", flat=True)) == set(Tenant.objects.values_list("schema_name", flat=True))


# deploy


def deployed(**kwargs):
    with CaptureQueriesContext(connection) as captured:
        failed = deploying.deploy(**kwargs)
    return failed, captured


@pytest.mark.race
def test_a_deploy_with_nothing_to_do_costs_the_same_for_any_number_of_shops(made, django_db_blocker):
    counts = []
    for shops in (0, 3):
        with open_shops(django_db_blocker, shops) if shops else django_db_blocker.unblock():
            said = []
            failed, captured = deployed(say=said.append)
            assert (failed, said) == (0, [])
            counts.append(len(captured))
    assert counts[0] == counts[1] <= 20


@pytest.mark.race
def test_a_deploy_migrates_what_lags_behind_and_one_failure_stops_no_other(
    django_db_setup, django_db_blocker, monkeypatch
):
    with open_shops(django_db_blocker, 3) as shops:
        broken, *sound = sorted(shops, key=lambda ref: ref.schema)
        Schema.objects.filter(name__in=[ref.schema for ref in shops]).update(hash="older")
        with using_shop(sound[0]), connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'reviews'")
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [sound[0].schema])
            for (table,) in cursor.fetchall():
                if table.startswith("reviews_"):
                    cursor.execute(f'DROP TABLE "{table}" CASCADE')
        migrate, locked = deploying.migrate_schema, []

        def migrate_or_fail(name):
            locked.extend(in_threads(someone_else_may_deploy))
            if name == broken.schema:
                raise RuntimeError("broken migration")
            migrate(name)

        monkeypatch.setattr(deploying, "migrate_schema", migrate_or_fail)
        said = []
        assert deploying.deploy(said.append) == 1
        assert said == [f"migrating {ref.schema}" for ref in (broken, *sound)]
        assert locked == [False, False, False]
        row = Schema.objects.get(name=broken.schema)
        assert (row.state, row.hash, row.error) == (Schema.State.FAILED, "older", "broken migration")
        assert registry.by_slug(broken.slug).schema_hash == ""
        for ref in sound:
            assert registry.by_slug(ref.slug).schema_hash == current_hash()
            assert tables_of(ref.schema) == tables_of("console")
        monkeypatch.undo()
        assert deploying.deploy() == 0
        assert registry.by_slug(broken.slug).schema_hash == current_hash()
        assert in_threads(someone_else_may_deploy) == [True]


def someone_else_may_deploy():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [deploying.DEPLOY_LOCK])
        return cursor.fetchone()[0]


@pytest.mark.race
def test_a_deploy_drops_stale_spares_and_never_makes_one_a_living_shop(made, settings, monkeypatch):
    settings.SPARE_SCHEMAS = 2
    provisioning.fill_spares()
    Schema.objects.filter(state=Schema.State.SPARE).update(hash="older")
    spares = set(Schema.objects.filter(state=Schema.State.SPARE).values_list("name", flat=True))
    with monkeypatch.context() as patched:
        patched.setattr(deploying, "_drop_stale_spares", lambda: None)  # they appear just after
        assert deploying.deploy() == 0
    assert set(Schema.objects.filter(state=Schema.State.SPARE).values_list("name", flat=True)) == spares
    assert deploying.deploy() == 0
    assert not Schema.objects.filter(name__in=spares).exists()
    assert {tables_of(name) for name in spares} == {0}


@pytest.mark.race
def test_seeding_a_shop_again_changes_nothing(made):
    name = provisioning.new_schema_name()
    provisioning.build(name, state=Schema.State.LIVE)
    before = dump(name)
    deploying.migrate_schema(name)
    assert [line for line in dump(name) if "setval" not in line] == [line for line in before if "setval" not in line]
