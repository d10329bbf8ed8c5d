"""One shop never sees, changes or runs anything of another, whichever way code tries."""

import asyncio
import threading

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core import signing as django_signing
from django.core.cache import cache
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.db.models import Count, Max
from django.http import HttpRequest
from django_tenants.utils import schema_context, tenant_context

from shop.catalog.models import Brand, Category, Product
from shop.core.models import ShopSettings, User
from tenants import signing, storage
from tenants.context import CONSOLE, NoShop, ShopMismatch, ShopRef, current_shop, require_shop, using_shop
from tenants.models import Tenant, public
from tests.tenants.canaries import CANARY, brand, in_threads, search_path


def names(shops):
    found = []
    for ref in shops:
        with using_shop(ref):
            found.append(list(Brand.objects.filter(pk=CANARY).values_list("name", flat=True)))
    return found


# with tenant:, schema_context, set_schema


def test_a_tenant_row_is_no_context_manager(alpha, beta):
    tenant = Tenant.objects.get(uuid=beta.uuid)
    with using_shop(alpha):
        with pytest.raises(ShopMismatch), tenant:
            pytest.fail("entered")
        assert current_shop.get() is alpha
        assert brand() == "alpha"


def test_two_threads_that_try_with_tenant_stay_in_their_shops(real_shops):
    tenants = {ref: Tenant.objects.get(uuid=ref.uuid) for ref in real_shops}
    both_inside = threading.Barrier(2)

    def job(mine, other):
        with using_shop(mine):
            try:
                with tenants[other]:
                    both_inside.wait(1)
            except (ShopMismatch, threading.BrokenBarrierError):
                pass
            return brand()

    first, second = real_shops
    assert in_threads(lambda: job(first, second), lambda: job(second, first)) == [first.slug, second.slug]


def test_schema_context_is_refused(alpha, beta):
    with using_shop(alpha):
        with pytest.raises(ShopMismatch), schema_context(beta.schema):
            pytest.fail("entered")
        assert brand() == "alpha"


def test_schema_context_as_a_decorator_is_refused_in_every_thread(real_shops):
    first, second = real_shops

    @schema_context("public")
    def decorated():
        pytest.fail("entered")

    def job(ref):
        with using_shop(ref):
            with pytest.raises(ShopMismatch):
                decorated()
            return brand()

    assert in_threads(lambda: job(first), lambda: job(second)) == [first.slug, second.slug]


def test_tenant_context_follows_the_context_variable_and_gives_the_shop_back(alpha, beta):
    with using_shop(alpha):
        with tenant_context(Tenant.objects.get(uuid=beta.uuid)):
            assert (current_shop.get(), brand()) == (beta, "beta")
        assert (current_shop.get(), brand()) == (alpha, "alpha")


def test_assigning_the_connections_schema_changes_nothing(alpha, beta):
    with using_shop(alpha):
        connection.schema_name = beta.schema
        connection.tenant = beta
        assert (brand(), connection.schema_name, connection.tenant) == ("alpha", alpha.schema, alpha)


# cursors


def test_a_cursor_held_over_a_switch_is_refused(alpha, beta):
    with using_shop(alpha):
        cursor = connection.cursor()
        cursor.execute("SELECT name FROM catalog_brand WHERE id = %s", [CANARY])
    with using_shop(beta), pytest.raises(ShopMismatch):
        cursor.execute("SELECT name FROM catalog_brand")
    with using_shop(beta), pytest.raises(ShopMismatch):
        cursor.executemany("UPDATE catalog_brand SET name = %s", [["stolen"]])
    assert names([alpha, beta]) == [["alpha"], ["beta"]]


@pytest.mark.parametrize("read", ["fetchone", "fetchmany", "fetchall", "__iter__"])
def test_rows_of_a_held_cursor_cannot_be_fetched_in_another_shop(alpha, beta, read):
    with using_shop(alpha):
        cursor = connection.cursor()
        cursor.execute("SELECT name FROM catalog_brand WHERE id = %s", [CANARY])
    with using_shop(beta), pytest.raises(ShopMismatch):
        list(getattr(cursor, read)())


def test_a_recording_cursor_is_bound_to_its_shop_too(alpha, beta):
    with using_shop(alpha):
        connection.force_debug_cursor = True
        try:
            cursor = connection.cursor()
        finally:
            connection.force_debug_cursor = False
    with using_shop(beta), pytest.raises(ShopMismatch):
        cursor.execute("SELECT name FROM catalog_brand")


@pytest.mark.parametrize("chunk", [1, 2000])
def test_a_server_side_cursor_belongs_to_the_shop_it_was_opened_in(alpha, beta, chunk):
    for ref in (alpha, beta):
        with using_shop(ref):
            Brand.objects.bulk_create(Brand(name=f"{ref.slug} {number}") for number in range(5))
    with using_shop(alpha):
        rows = Brand.objects.order_by("name").iterator(chunk_size=chunk)
        assert next(rows).name == "alpha"
    with using_shop(beta):
        assert brand() == "beta"
    with using_shop(alpha):
        assert [row.name for row in rows] == [f"alpha {number}" for number in range(5)]


def test_a_server_side_cursor_of_one_shop_is_not_read_on_in_another(alpha, beta):
    with using_shop(alpha):
        Brand.objects.bulk_create(Brand(name=f"alpha {number}") for number in range(5))
        rows = Brand.objects.order_by("name").iterator(chunk_size=1)
        next(rows)
    with using_shop(beta), pytest.raises(ShopMismatch):
        list(rows)


# lazy querysets

EVALUATIONS = {
    "list": list,
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "first": lambda rows: rows.first(),
    "get": lambda rows: rows.get(),
    "in_bulk": lambda rows: rows.in_bulk(),
    "aggregate": lambda rows: rows.aggregate(Max("name")),
    "aggregate over a subquery": lambda rows: rows.distinct().annotate(n=Count("product")).aggregate(Max("n")),
    "count of a slice": lambda rows: rows[:5].count(),
    "values": lambda rows: list(rows.values("name")),
    "values_list": lambda rows: list(rows.values_list("name")),
    "iterator": lambda rows: list(rows.iterator()),
    "chained": lambda rows: list(rows.exclude(name="").order_by("name")),
    "explain": lambda rows: rows.explain(),
    "locked": lambda rows: list(rows.select_for_update()),
    "update": lambda rows: rows.update(name="stolen"),
    "delete": lambda rows: rows.delete(),
    "raw delete": lambda rows: rows._raw_delete("default"),
}


@pytest.mark.parametrize("evaluate", EVALUATIONS.values(), ids=EVALUATIONS.keys())
def test_a_query_built_in_one_shop_is_refused_in_another(alpha, beta, evaluate):
    with using_shop(alpha):
        rows = Brand.objects.filter(pk=CANARY)
    with using_shop(beta), transaction.atomic(), pytest.raises(ShopMismatch):
        evaluate(rows)
    assert names([alpha, beta]) == [["alpha"], ["beta"]]


def test_a_query_built_without_a_shop_reads_the_shop_it_is_evaluated_in(alpha, beta):
    with using_shop(None):
        rows = Brand.objects.filter(pk=CANARY)
    for ref in (alpha, beta):
        with using_shop(ref):
            assert rows.all().get().name == ref.slug


def test_a_query_of_a_foreign_model_reads_the_current_shop_and_no_other(alpha, beta):
    with using_shop(alpha):
        rows = Group.objects.filter(pk=CANARY)
    with using_shop(beta):
        assert [row.name for row in rows] == ["beta"]


def test_a_shop_seen_again_after_a_change_of_state_is_the_same_shop(alpha):
    tenant = Tenant.objects.get(uuid=alpha.uuid)
    with using_shop(alpha):
        row = Brand.objects.get(pk=CANARY)
        rows = Brand.objects.filter(pk=CANARY)
    tenant.state = Tenant.State.READ_ONLY
    newer = tenant.ref(host="other.example", schema_hash="newer")
    with using_shop(newer):
        assert rows.get().name == "alpha"
        row.save()
    assert newer == alpha
    assert hash(newer) == hash(alpha)


def test_schemas_without_a_tenant_are_different_shops():
    nobody = ShopRef(uuid=CONSOLE.uuid, key="", slug="", name="", schema="s_other")
    assert nobody != CONSOLE


# instances


def test_a_row_of_one_shop_is_not_saved_in_another(alpha, beta):
    with using_shop(alpha):
        row = Brand.objects.get(pk=CANARY)
        row.name = "stolen"
    with using_shop(beta), pytest.raises(ShopMismatch):
        row.save()
    with using_shop(None), pytest.raises(ShopMismatch):
        row.save()
    assert names([alpha, beta]) == [["alpha"], ["beta"]]


def test_a_row_created_in_one_shop_is_not_saved_in_another(alpha, beta):
    with using_shop(alpha):
        row = Brand.objects.create(name="made in alpha")
    with using_shop(beta), pytest.raises(ShopMismatch):
        row.save()
    with using_shop(beta):
        assert not Brand.objects.filter(name="made in alpha").exists()


def test_a_row_of_one_shop_is_not_deleted_in_another(alpha, beta):
    with using_shop(alpha):
        row = Brand.objects.get(pk=CANARY)
    with using_shop(beta), pytest.raises(ShopMismatch):
        row.delete()
    assert names([alpha, beta]) == [["alpha"], ["beta"]]


def test_a_row_of_one_shop_is_not_filled_from_another(alpha, beta):
    with using_shop(alpha):
        row = Brand.objects.get(pk=CANARY)
        deferred = Brand.objects.only("pk").get(pk=CANARY)
    with using_shop(beta):
        with pytest.raises(ShopMismatch):
            row.refresh_from_db()
        with pytest.raises(ShopMismatch):
            _ = deferred.name
    assert row.name == "alpha"


def test_relations_of_a_row_are_not_followed_into_another_shop(alpha, beta):
    for ref in (alpha, beta):
        with using_shop(ref):
            parent = Category.objects.create(pk=CANARY, name=f"parent of {ref.slug}")
            Category.objects.create(pk=CANARY + 1, name=f"child of {ref.slug}", parent=parent)
    with using_shop(alpha):
        parent, child = Category.objects.get(pk=CANARY), Category.objects.get(pk=CANARY + 1)
    with using_shop(beta):
        with pytest.raises(ShopMismatch):
            _ = child.parent
        with pytest.raises(ShopMismatch):
            list(parent.children.all())
        with pytest.raises(ShopMismatch):
            parent.children.create(name="stolen")
        assert not Category.objects.filter(name="stolen").exists()
    with using_shop(alpha):
        assert child.parent.name == "parent of alpha"
        assert [row.name for row in parent.children.all()] == ["child of alpha"]


def test_a_row_of_one_shop_is_not_pointed_at_from_another(alpha, beta):
    with using_shop(alpha):
        foreign = Category.objects.create(pk=CANARY, name="alpha")
    with using_shop(beta):
        own = Category.objects.create(pk=CANARY + 1, name="beta")
        with pytest.raises(ShopMismatch):
            own.parent = foreign
        with pytest.raises(ShopMismatch):
            Product(title="stolen", code="stolen", category=foreign)


# threads and asynchronous code


def test_a_new_thread_has_no_shop_and_reads_nothing(real_shops):
    def job():
        assert current_shop.get() is None
        with pytest.raises(NoShop):
            require_shop()
        with pytest.raises(ProgrammingError, match="does not exist"):
            brand()
        return search_path()

    with using_shop(real_shops[0]):
        (answer,) = in_threads(job)
    assert answer in ("", '""')


def test_asynchronous_code_stays_in_its_shop(real_shops):
    async def view(ref):
        with using_shop(ref):
            seen = []
            for _ in range(5):
                first = await Brand.objects.aget(pk=CANARY)
                await asyncio.sleep(0)
                both = await asyncio.gather(
                    Brand.objects.aget(pk=CANARY),
                    Group.objects.aget(pk=CANARY),
                    Brand.objects.filter(pk=CANARY).acount(),
                )
                seen += [first.name, both[0].name, both[1].name, require_shop().slug]
            return set(seen)

    async def server():
        return await asyncio.gather(*[view(ref) for ref in real_shops * 20])

    assert run_async(server()) == [{ref.slug} for ref in real_shops * 20]


def test_a_task_that_outlives_its_block_keeps_the_shop_it_was_made_in(real_shops):
    async def late():
        await asyncio.sleep(0.01)
        row = await Brand.objects.aget(pk=CANARY)
        return row.name, require_shop().slug, cache.make_key("k")

    async def server():
        tasks = []
        for ref in real_shops:
            with using_shop(ref):
                tasks.append(asyncio.create_task(late()))
        with using_shop(None):
            return await asyncio.gather(*tasks)

    found = run_async(server())
    assert [(name, slug) for name, slug, _ in found] == [(ref.slug, ref.slug) for ref in real_shops]
    assert [str(ref.uuid) in key for ref, (_, _, key) in zip(real_shops, found, strict=True)] == [True, True]


def test_asynchronous_code_without_a_shop_reads_nothing(real_shops):
    async def view():
        return await Brand.objects.aget(pk=CANARY)

    with pytest.raises(ProgrammingError, match="does not exist"):
        run_async(view())


def run_async(coroutine):
    """Run to the end in a thread of its own, whose connection is closed as a server would."""
    from asgiref.sync import sync_to_async

    async def main():
        try:
            return await coroutine
        finally:
            await sync_to_async(lambda: connection.close())()

    answer = in_threads(lambda: asyncio.run(main()))[0]
    if isinstance(answer, BaseException):
        raise answer
    return answer


# caches, sessions, signatures, files


def test_cache_keys_carry_the_shop(alpha, beta):
    with using_shop(alpha):
        cache.set("canary", "alpha", 30)
    with using_shop(beta):
        assert cache.get("canary") is None
        cache.set("canary", "beta", 30)
    with using_shop(alpha):
        assert (cache.get("canary"), cache.get_many(["canary"])) == ("alpha", {"canary": "alpha"})
        cache.delete("canary")
    with using_shop(beta):
        assert cache.get("canary") == "beta"
        cache.delete("canary")
    with using_shop(None), pytest.raises(NoShop):
        cache.get("canary")


def session_of(user):
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "shop.core.authentication.StaffBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session


def user_behind(key):
    from django.contrib.sessions.backends.db import SessionStore

    request = HttpRequest()
    request.session = SessionStore(key)
    return get_user(request)


def test_a_session_of_one_shop_does_not_exist_in_another(alpha, beta):
    with using_shop(alpha):
        session = session_of(User.objects.get(pk=CANARY))
        assert user_behind(session.session_key).display_name == "alpha"
    with using_shop(beta):
        assert not user_behind(session.session_key).is_authenticated
        assert dict(type(session)(session.session_key).load()) == {}


def test_a_session_copied_to_another_shop_is_refused_though_password_hashes_are_equal(alpha, beta):
    from django.contrib.sessions.models import Session

    with using_shop(alpha):
        session = session_of(User.objects.get(pk=CANARY))
        row = Session.objects.get(pk=session.session_key)
    with using_shop(beta):
        Session.objects.create(session_key=row.session_key, session_data=row.session_data, expire_date=row.expire_date)
        assert User.objects.get(pk=CANARY).password == "!"
        assert not user_behind(session.session_key).is_authenticated


def test_a_signed_text_of_one_shop_is_refused_in_another(alpha, beta):
    with using_shop(alpha):
        text = signing.dumps({"user": CANARY}, purpose="export")
        assert signing.loads(text, purpose="export", max_age=60) == {"user": CANARY}
        with pytest.raises(signing.BadSignature):
            signing.loads(text, purpose="invitation", max_age=60)
    with using_shop(beta), pytest.raises(signing.BadSignature):
        signing.loads(text, purpose="export", max_age=60)
    with using_shop(None), pytest.raises(NoShop):
        signing.loads(text, purpose="export", max_age=60)
    with pytest.raises(signing.BadSignature):
        django_signing.loads(text)


def test_file_names_carry_the_shop(alpha, beta):
    with using_shop(alpha):
        assert storage.random_name("jpg").startswith(f"{alpha.uuid}/p/")
    with using_shop(beta):
        assert storage.random_name("jpg").startswith(f"{beta.uuid}/p/")
    with using_shop(None), pytest.raises(NoShop):
        storage.random_name("jpg")


# content types


def shifted_content_type(ref):
    with using_shop(ref), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_content_type (id, app_label, model) SELECT id + 5000, app_label, 'moved' "
            "FROM django_content_type WHERE app_label = 'catalog' AND model = 'brand' RETURNING id"
        )
        new = cursor.fetchone()[0]
        cursor.execute("DELETE FROM auth_group_permissions")
        cursor.execute("UPDATE auth_permission SET content_type_id = %s WHERE content_type_id = %s", [new, new - 5000])
        cursor.execute("DELETE FROM django_content_type WHERE id = %s", [new - 5000])
        cursor.execute("UPDATE django_content_type SET model = 'brand' WHERE id = %s", [new])
        return new


def test_content_types_with_different_numbers_are_kept_apart(alpha, beta, django_assert_num_queries):
    ContentType.objects.clear_cache()
    with using_shop(alpha):
        old = ContentType.objects.get_for_model(Brand).pk
    new = shifted_content_type(beta)
    with using_shop(beta):
        assert ContentType.objects.get_for_model(Brand).pk == new != old
        assert ContentType.objects.get_for_id(new).model == "brand"
    with using_shop(alpha):
        assert ContentType.objects.get_for_model(Brand).pk == old
    for ref, number in ((alpha, old), (beta, new)):
        with using_shop(ref):
            connection.cursor().close()  # the switch of the path is not what is counted here
            with django_assert_num_queries(0):
                assert ContentType.objects.get_for_model(Brand).pk == number
    ContentType.objects.clear_cache()


def test_content_types_stay_apart_after_the_app_registry_dropped_its_caches(alpha, beta):
    from django.apps import apps

    apps.clear_cache()
    ContentType.objects.clear_cache()
    new = shifted_content_type(beta)
    with using_shop(alpha):
        old = ContentType.objects.get_for_model(Brand).pk
    with using_shop(beta):
        assert ContentType.objects.get_for_model(Brand).pk == new != old
    ContentType.objects.clear_cache()


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
