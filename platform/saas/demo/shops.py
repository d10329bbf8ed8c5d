"""Opening and furnishing the two shops of the demonstration."""

from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from payments.services.accounts import connect_paysim
from saas.demo.accounts import password_of
from saas.demo.merchandise import MERCHANDISE, dress, prove
from saas.demo.pictures import hang_pictures
from saas.demo.searching import SEARCHES, teach
from saas.demo.virtual import furnish
from shop.catalog.importing import CategoryPart, ProductPart, import_files
from shop.core.models import ShopSettings, User
from shop.members.models import Level
from shop.members.services import save_level
from shop.pricing.models import FreightRule
from shop.reviews.importing import ReviewPart
from tenants import registry
from tenants.context import ShopRef, using_shop
from tenants.services import Owner, open_shop

DATA = Path(__file__).parent
ACTOR = "demo"


class DemoRefused(Exception):
    """The demonstration cannot be filled in; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoShop:
    """What one shop of the demonstration is: fees in fen, goods in the folder beside this file."""

    slug: str
    name: str
    folder: str
    notice: str
    theme_colour: str
    service_phone: str
    first_fee: int
    extra_fee: int
    free_over: int
    levels: tuple[tuple[str, int, int], ...] = ()  # name, growth, basis points off; with levels there are points too

    @property
    def owner(self) -> str:
        """Return the account its owner logs in with."""
        return f"{self.slug}@example.com"

    @property
    def files(self) -> list[Path]:
        """Return what the catalogue is imported from."""
        return [DATA / self.folder / name for name in ("categories.csv", "products.jsonl", "reviews.csv")]


SHOPS = (
    DemoShop(
        slug="demo-home",
        name="檐下家居",
        folder="home",
        notice="立冬了：羊毛被与编织毯到货，满 199 元包邮。",
        theme_colour="#1f6f50",
        service_phone="0571-85550101",
        first_fee=1000,
        extra_fee=200,
        free_over=19900,
        levels=(("银卡", 1_000, 200), ("金卡", 5_000, 500)),
    ),
    DemoShop(
        slug="demo-tea",
        name="山月茶点",
        folder="tea",
        notice="当天现烤，下午四点前下单当日发出，满 99 元包邮。",
        theme_colour="#9a3412",
        service_phone="0591-85550202",
        first_fee=800,
        extra_fee=100,
        free_over=9900,
    ),
)


def ensure_shop(demo: DemoShop) -> tuple[ShopRef, str]:
    """Return the shop, opened and furnished if need be, and its owner's password; DemoRefused when it cannot be."""
    password, is_new = password_of(demo.owner)
    shop = registry.by_slug(demo.slug)
    if shop is None:
        shop = _open(demo, password)
    elif is_new:
        _set_password(shop, password)
    with using_shop(shop):
        connect_paysim()
        hang_pictures(DATA / demo.folder / "pictures.csv")
        prove(MERCHANDISE[demo.slug])
    return shop, password


@transaction.atomic
def _open(demo: DemoShop, password: str) -> ShopRef:
    """Open the shop with everything in it, or not at all: a killed run leaves nothing half filled."""
    shop = open_shop(demo.slug, demo.name, Owner(demo.owner, make_password(password)))
    with using_shop(shop):
        ShopSettings.objects.update(
            notice=demo.notice,
            service_phone=demo.service_phone,
            theme_colour=demo.theme_colour,
            points_on=bool(demo.levels),
        )
        for name, threshold, discount in demo.levels:
            save_level(Level(name=name, threshold=threshold, discount_bp=discount))
        FreightRule.objects.update(first_fee=demo.first_fee, extra_fee=demo.extra_fee, free_over=demo.free_over)
        report = import_files(demo.files, (CategoryPart, ProductPart, ReviewPart), actor=ACTOR).report
        if report.error_count:
            raise DemoRefused("\n".join(str(mistake) for mistake in report.errors))
        furnish(demo.slug, actor=ACTOR)
        teach(SEARCHES[demo.slug])
        dress(MERCHANDISE[demo.slug])
    return shop


def _set_password(shop: ShopRef, password: str) -> None:
    """Make the printed log-in true again after demo.json was lost."""
    with using_shop(shop):
        User.objects.filter(is_owner=True).update(password=make_password(password))
