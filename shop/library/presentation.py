"""Assets as the back office's scripts read them."""

from typing import Any

from shop.library.models import Asset


def described(asset: Asset) -> dict[str, Any]:
    """Return key, title, kind, sides in pixels and addresses of an asset, ready for JSON."""
    return {
        "key": asset.key,
        "title": asset.title or asset.key,
        "kind": asset.kind,
        "width": asset.width,
        "height": asset.height,
        "small": asset.small_url if asset.kind == Asset.Kind.PICTURE else "",
        "large": asset.url(),
    }
