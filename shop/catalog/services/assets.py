"""Pictures and videos of the library that rows of the catalogue show."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.library.models import Asset
from shop.library.services import hold


def held(keys: Iterable[str | None], kind: str = Asset.Kind.PICTURE) -> dict[str, int]:
    """Return asset key → primary key, kept from removal until the transaction ends; '' and None are left out.

    Raises ShopError 409 `asset_gone` when one is missing or of another kind.
    """
    wanted = {key for key in keys if key}
    if not wanted:
        return {}
    found = dict(Asset.objects.live().of_shop().filter(key__in=wanted, kind=kind).values_list("key", "pk"))
    if len(found) < len(wanted):
        raise ShopError("asset_gone", _("图片已被删除，请重新选择"), status=409)
    hold(found.values())
    return found
