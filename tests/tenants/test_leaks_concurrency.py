"""Threads, asynchronous code, caches, sessions, signatures and files stay with their shop."""

import asyncio

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.models import Group
from django.core import signing as django_signing
from django.core.cache import cache
from django.db import ProgrammingError, connection
from django.http import HttpRequest

from shop.catalog.models import Brand
from shop.core.models import User
from tenants import signing, storage
from tenants.context import NoShop, current_shop, require_shop, using_shop
from tests.tenants.canaries import CANARY, brand, in_threads, search_path

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
