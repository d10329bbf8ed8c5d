"""Tables that are missing, work after commit, and the search_path after every kind of end."""

import pytest
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError, connection, transaction

from shop.catalog.models import Brand
from shop.core.models import ShopSettings
from tenants.context import ShopRef, current_shop, require_shop, using_shop
from tenants.models import public
from tests.tenants.canaries import CANARY, brand, in_threads, search_path

# what is missing is an error


def test_a_missing_schema_never_falls_back_to_public(alpha):
    plant_in_public()
    gone = ShopRef(uuid=alpha.uuid, key="gone", slug="gone", name="", schema="s_gone")
    with using_shop(gone), pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
        brand()
    with using_shop(alpha):
        assert brand() == "alpha"


def test_a_missing_table_never_falls_back_to_public(alpha):
    plant_in_public()
    with using_shop(alpha):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what the canaries left to be checked
            cursor.execute("DROP TABLE catalog_brand CASCADE")
        with pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
            brand()


def test_without_a_shop_the_shops_tables_do_not_exist(alpha):
    plant_in_public()
    with using_shop(None), pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
        brand()


def plant_in_public():
    with using_shop(None), connection.cursor() as cursor:
        cursor.execute('CREATE TABLE "public"."catalog_brand" (id bigint, key text, name text)')
        cursor.execute('INSERT INTO "public"."catalog_brand" VALUES (%s, %s, %s)', [CANARY, "canary", "public"])


def test_public_holds_no_table_that_a_shop_has_but_the_migrations_own(shops):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
            "INTERSECT SELECT tablename FROM pg_tables WHERE schemaname = %s",
            [shops["alpha"].schema],
        )
        assert cursor.fetchall() == [("django_migrations",)]


def test_every_platform_table_names_public_in_full():
    from django.apps import apps

    for model in apps.get_app_config("tenants").get_models():
        assert model._meta.db_table == public(model._meta.db_table.split('"')[3])


def test_a_shop_has_no_foreign_key_out_of_its_schema(shops):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE child.relnamespace <> parent.relnamespace) FROM pg_constraint c "
            "JOIN pg_class child ON child.oid = c.conrelid JOIN pg_class parent ON parent.oid = c.confrelid "
            "JOIN pg_namespace n ON n.oid = child.relnamespace WHERE c.contype = 'f' AND n.nspname = %s",
            [shops["alpha"].schema],
        )
        total, outside = cursor.fetchone()
    assert total > 20
    assert outside == 0


# work after commit


@pytest.mark.parametrize("at_commit", ["other", "none", "same"])
def test_work_after_commit_runs_in_the_shop_that_asked_for_it(
    alpha, beta, at_commit, django_capture_on_commit_callbacks
):
    seen = []
    with django_capture_on_commit_callbacks() as callbacks, using_shop(alpha):
        transaction.on_commit(lambda: seen.append((brand(), require_shop().slug)))
    with using_shop({"other": beta, "none": None, "same": alpha}[at_commit]):
        before = current_shop.get()
        for callback in callbacks:
            callback()
        assert current_shop.get() is before
    assert seen == [("alpha", "alpha")]


def test_work_after_a_real_commit_runs_in_the_shop_that_asked_for_it(real_shops):
    first, second = real_shops
    seen = []
    with using_shop(second):
        with transaction.atomic():
            with using_shop(first):
                transaction.on_commit(lambda: seen.append(brand()))
            transaction.on_commit(lambda: seen.append(brand()))
        assert brand() == second.slug
    assert seen == [first.slug, second.slug]


def test_work_after_commit_that_fails_does_not_leave_its_shop_behind(real_shops):
    first, second = real_shops
    with using_shop(second):
        with pytest.raises(ZeroDivisionError), transaction.atomic(), using_shop(first):
            transaction.on_commit(lambda: 1 / 0)
        assert brand() == second.slug


def test_only_something_callable_can_wait_for_the_commit(db):
    with pytest.raises(TypeError):
        transaction.on_commit(None)


# the search_path after switches inside transactions


def test_a_rollback_undoes_the_switch_and_the_next_statement_sets_it_again(real_shops):
    first, second = real_shops
    with using_shop(first):
        assert brand() == first.slug
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            with using_shop(second):
                assert brand() == second.slug
            raise ZeroDivisionError
        assert (brand(), search_path()) == (first.slug, first.schema)
    with using_shop(second):
        assert (brand(), search_path()) == (second.slug, second.schema)


def test_a_switch_kept_over_a_rollback_is_set_again(real_shops):
    first, second = real_shops
    with using_shop(first):
        brand()
    with using_shop(second):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            assert brand() == second.slug
            raise ZeroDivisionError
        assert (brand(), search_path()) == (second.slug, second.schema)


def test_a_savepoint_rolled_back_undoes_the_switch(real_shops):
    first, second = real_shops
    with using_shop(first), transaction.atomic():
        brand()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            with using_shop(second):
                assert brand() == second.slug
            raise ZeroDivisionError
        assert (brand(), search_path()) == (first.slug, first.schema)
        with using_shop(second):
            sid = transaction.savepoint()
            assert brand() == second.slug
            transaction.savepoint_rollback(sid)
            assert (brand(), search_path()) == (second.slug, second.schema)


@pytest.mark.parametrize("switch", ["before the error", "after the error", "never"])
def test_a_failed_statement_leaves_the_right_path(real_shops, switch):
    first, second = real_shops
    with using_shop(first), transaction.atomic():
        brand()
        with pytest.raises((DataError, ProgrammingError, OperationalError)), transaction.atomic():
            with using_shop(second if switch == "before the error" else first):
                try:
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT 1/0")
                finally:
                    if switch == "after the error":
                        with using_shop(second), pytest.raises(Exception, match="aborted"):
                            brand()
        assert (brand(), search_path()) == (first.slug, first.schema)
        with using_shop(second):
            assert (brand(), search_path()) == (second.slug, second.schema)
    with using_shop(second):
        assert (brand(), search_path()) == (second.slug, second.schema)


def test_a_commit_that_fails_leaves_the_right_path(real_shops):
    first, second = real_shops
    with using_shop(first):
        brand()
        with pytest.raises(IntegrityError), transaction.atomic():
            with using_shop(second), connection.cursor() as cursor:
                cursor.execute("INSERT INTO auth_group_permissions (group_id, permission_id) VALUES (987654, 987654)")
        assert (brand(), search_path()) == (first.slug, first.schema)


def test_a_connection_opened_anew_has_the_path_of_its_shop(real_shops):
    for ref in (*real_shops, *real_shops):
        with using_shop(ref):
            connection.close()
            assert (brand(), search_path(), current_shop.get()) == (ref.slug, ref.schema, ref)


def test_a_connection_lost_between_two_shops_is_an_operational_error(real_shops):
    first, second = real_shops
    with using_shop(first), connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    in_threads(lambda: kill(pid))
    with using_shop(second):
        with pytest.raises(OperationalError):
            brand()
        connection.close()
        assert brand() == second.slug


def kill(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_two_shops_interleaved_in_one_transaction_write_into_their_own(alpha, beta):
    with transaction.atomic():
        for number in range(5):
            for ref in (alpha, beta):
                with using_shop(ref):
                    Brand.objects.create(name=f"{ref.slug} {number}")
                    ShopSettings.objects.update(notice=f"{ref.slug} {number}")
    for ref in (alpha, beta):
        with using_shop(ref):
            assert set(Brand.objects.values_list("name", flat=True)) == {
                ref.slug,
                *(f"{ref.slug} {number}" for number in range(5)),
            }
            assert ShopSettings.objects.get().notice == f"{ref.slug} 4"


def test_only_the_backend_sets_the_search_path():
    from django.conf import settings

    setters = [
        str(path.relative_to(settings.BASE_DIR))
        for folder in ("tenants", "shop", "payments", "platform")
        for path in (settings.BASE_DIR / folder).rglob("*.py")
        if "set search_path" in path.read_text().lower()
    ]
    assert setters == ["tenants/postgresql/base.py"]
