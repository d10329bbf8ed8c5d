"""Form fields whose value is pictures of the library, uploaded at once or chosen."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from shop.library import encoding, video
from shop.library.models import Asset
from shop.library.presentation import described

MOST_PICTURES = 9
ACCEPTED: dict[str, tuple[str, ...]] = {
    Asset.Kind.PICTURE: ("image/jpeg", "image/png", "image/webp", "image/gif"),
    Asset.Kind.VIDEO: ("video/mp4",),
}
LARGEST: dict[str, int] = {Asset.Kind.PICTURE: encoding.LARGEST_BYTES, Asset.Kind.VIDEO: video.LARGEST_BYTES}


def assets_of(keys: Iterable[str], kind: str = Asset.Kind.PICTURE) -> list[Asset]:
    """Return the shop's living assets with these keys, in this order; unknown keys are left out."""
    wanted = list(dict.fromkeys(keys))
    known = Asset.objects.live().of_shop().filter(kind=kind, key__in=wanted)
    found = {asset.key: asset for asset in known}
    return [found[key] for key in wanted if key in found]


class PicturesInput(forms.Widget):
    """Thumbnails that can be added by dropping files, chosen from the library, put in order and taken away."""

    template = "admin/library/pictures_input.html"

    class Media:
        js = ("weipu/uploads.js", "weipu/pictures.js")
        css = {"all": ("weipu/pictures.css",)}

    def __init__(
        self, *, most: int, cover: bool = False, kind: str = Asset.Kind.PICTURE, attrs: dict[str, Any] | None = None
    ) -> None:
        super().__init__(attrs)
        self.most, self.cover, self.kind = most, cover, kind

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the field; `value` is the keys, separated by commas."""
        context = {
            "name": name,
            "id": (attrs or {}).get("id", ""),
            "most": self.most,
            "kind": self.kind,
            "accept": ",".join(ACCEPTED[self.kind]),
            "assets": [described(asset) for asset in assets_of(keys_in(value), self.kind)],
            "cover": self.cover,
            "upload": reverse("admin:library_asset_upload"),
            "choose": reverse("admin:library_asset_choose"),
            "largest": LARGEST[self.kind],
            "megabytes": LARGEST[self.kind] // 1024**2,
        }
        return render_to_string(self.template, context)

    def id_for_label(self, id_: str) -> str:
        """Return the id of the button that adds pictures."""
        return f"{id_}_add" if id_ else ""


def keys_in(value: Any) -> list[str]:
    """Return the keys in what a form holds: text with commas, one asset, its primary key, or several assets."""
    if not value:
        return []
    if isinstance(value, int):
        return list(Asset.objects.filter(pk=value).values_list("key", flat=True))
    if isinstance(value, str):
        return [key for key in (part.strip() for part in value.split(",")) if key]
    return [asset.key for asset in ([value] if isinstance(value, Asset) else value)]


class PicturesField(forms.Field):
    """Pictures in order, at most `most`; its value is a list of assets. With `cover` the first is marked as such."""

    kind: str = Asset.Kind.PICTURE

    def __init__(self, *, most: int = MOST_PICTURES, cover: bool = False, **kwargs: Any) -> None:
        self.most = most
        kwargs.setdefault("widget", PicturesInput(most=most, cover=cover, kind=self.kind))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> str:
        """Return the keys, separated by commas."""
        return ",".join(keys_in(value))

    def to_python(self, value: Any) -> Any:
        """Return the assets; ValidationError when one is gone or there are too many."""
        keys = list(dict.fromkeys(keys_in(value)))
        if len(keys) > self.most:
            raise ValidationError(_("最多 %(most)d 张图片") % {"most": self.most})
        assets = assets_of(keys, self.kind)
        if len(assets) < len(keys):
            raise ValidationError(_("选中的文件已被删除，请重新选择"))
        return assets

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether other pictures, or another order, were chosen."""
        return keys_in(initial) != keys_in(data)


class PictureField(PicturesField):
    """One picture; its value is an asset or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=1, **kwargs)

    def to_python(self, value: Any) -> Asset | None:
        """Return the asset, None without one."""
        assets: Sequence[Asset] = super().to_python(value)
        return assets[0] if assets else None


class VideoField(PictureField):
    """One video; its value is an asset or None."""

    kind = Asset.Kind.VIDEO
