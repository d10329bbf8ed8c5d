"""Writes on brands, tags and guarantees: what stands beside products and is read with them."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Brand, BrandQualification, Guarantee, Product, Tag
from shop.catalog.rules import LONGEST, LONGEST_TAG, text_problem
from shop.catalog.services.summary import announce
from shop.core.errors import ShopError
from shop.core.reading import catalogue_changed
from shop.library.models import Asset
from shop.library.services import hold

_COLOUR = re.compile(r"#[0-9a-f]{6}", re.ASCII)
_SEPARATORS = "、,，;；"


@transaction.atomic
def save_brand(
    brand: Brand | None, *, name: str, story: str = "", logo: Asset | None = None, qualifications: Sequence[Asset] = ()
) -> Brand:
    """Make a brand, or change the given one; ShopError `brand_invalid`, 409 `brand_exists`, 409 `asset_gone`."""
    _refuse("brand_invalid", name=text_problem(name, LONGEST["brand"], required=True))
    hold([asset.pk for asset in (*qualifications, *([logo] if logo else []))])
    saved = brand or Brand()
    renamed = saved.pk is not None and saved.name != name
    saved.name, saved.story, saved.logo = name, story, logo
    _store(saved, "brand_exists", _("已有同名品牌"))
    BrandQualification.objects.filter(brand=saved).delete()
    BrandQualification.objects.bulk_create(
        BrandQualification(brand=saved, picture=asset, position=position)
        for position, asset in enumerate(dict.fromkeys(qualifications))
    )
    if renamed:
        announce(Product.objects.filter(brand=saved))
    catalogue_changed()
    return saved


@transaction.atomic
def delete_brand(brand: Brand) -> None:
    """Remove a brand; ShopError 409 `brand_in_use` while it has products."""
    try:
        brand.delete()
    except ProtectedError as error:
        raise ShopError("brand_in_use", _("还有商品使用这个品牌，不能删除"), status=409) from error


@transaction.atomic
def save_tag(tag: Tag | None, *, name: str, colour: str) -> Tag:
    """Make a tag, or change the given one; ShopError `tag_invalid`, 409 `tag_exists`."""
    reason = text_problem(name, LONGEST_TAG, required=True)
    if any(mark in name for mark in _SEPARATORS):
        reason = str(_("不能含有顿号、逗号或分号"))
    _refuse("tag_invalid", name=reason, colour="" if _COLOUR.fullmatch(colour) else str(_("请选择颜色")))
    saved = tag or Tag()
    saved.name, saved.colour = name, colour
    _store(saved, "tag_exists", _("已有同名标签"))
    catalogue_changed()
    return saved


@transaction.atomic
def delete_tag(tag: Tag) -> None:
    """Take a tag off all products and remove it."""
    tag.delete()
    catalogue_changed()


@transaction.atomic
def save_guarantee(guarantee: Guarantee | None, **values: Any) -> Guarantee:
    """Make a guarantee, or change the given one, with these columns.

    Raises ShopError `guarantee_invalid`, 409 `guarantee_exists`.
    """
    _refuse("guarantee_invalid", name=text_problem(values["name"], 20, required=True))
    saved = guarantee or Guarantee()
    for name, value in values.items():
        setattr(saved, name, value)
    _store(saved, "guarantee_exists", _("已有同名服务保障"))
    catalogue_changed()
    return saved


@transaction.atomic
def delete_guarantee(guarantee: Guarantee) -> None:
    """Take a promise back everywhere."""
    guarantee.delete()
    catalogue_changed()


def _refuse(code: str, **reasons: str) -> None:
    if wrong := {name: reason for name, reason in reasons.items() if reason}:
        raise ShopError(code, _("填写有误"), detail=wrong)


def _store(row: Any, code: str, message: Any) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise ShopError(code, message, status=409) from error
