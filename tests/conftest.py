"""A private PostgreSQL and Redis for the run; two shops that hold equal ids."""

import json
import os

import pytest

from tests import lanes
from tests.running import browser, compiled, product  # noqa: F401
from tests.settings import SERVICES


def pytest_unconfigure(config):
    SERVICES.stop()


def pytest_collection_modifyitems(items):
    items.sort(key=lanes.order)


def pytest_xdist_make_scheduler(config, log):
    config.option.loadscopereorder = False
    return lanes.Lanes(config, log)


@pytest.fixture(scope="session", autouse=True)
def compiled_messages():
    """Translations as `make messages` compiles them."""
    import gettext

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po
    from django.conf import settings
    from django.utils.translation import trans_real

    for source in settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.po"):
        made = source.with_suffix(f".{os.getpid()}")  # another process of this run may be reading the old one
        with source.open("rb") as text, made.open("wb") as target:
            write_mo(target, read_po(text))
        made.replace(source.with_suffix(".mo"))
    trans_real._translations.clear()
    gettext._translations.clear()  # files that were read before they were compiled anew


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """No test_ prefix and no parallel suffix: the whole server is ours."""


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_blocker):
    """Start the services, deploy, and open the shops of the session."""
    SERVICES.start()
    from tenants.deploying import deploy
    from tenants.services import Owner, open_shop

    with django_db_blocker.unblock():
        assert deploy() == 0
        for slug in ("alpha", "beta"):
            open_shop(slug, f"{slug} 店", Owner(f"{slug}@example.com", "!"))


@pytest.fixture(autouse=True)
def default_language():
    """A request leaves its language and its prefix in the thread; the next test must not go on with them."""
    from django.urls import clear_script_prefix
    from django.utils import translation

    translation.deactivate()
    clear_script_prefix()


@pytest.fixture
def shops(db):
    """The two shops of the session, by slug."""
    from tenants import registry

    registry.forget()
    return {slug: registry.by_slug(slug) for slug in ("alpha", "beta")}


@pytest.fixture
def shop(shops):
    """A shop that is the current one; everything is rolled back."""
    from tenants.context import using_shop

    with using_shop(shops["alpha"]):
        yield shops["alpha"]


@pytest.fixture
def other_shop(shops):
    return shops["beta"]


@pytest.fixture
def api(shop):
    """A client that speaks JSON to the shop's own host through the real router."""
    from tests.client import Api

    return Api(shop.host)


def body(response):
    """The answer's JSON."""
    return json.loads(response.content)


def pytest_addoption(parser):
    parser.addoption("--long-faults", action="store_true", help="run fault tests at full length")


@pytest.fixture(scope="session")
def long_faults(request):
    return request.config.getoption("--long-faults")
