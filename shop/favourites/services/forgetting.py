"""What an erased member leaves behind here: nothing."""

from shop.favourites.models import Favourite, Footprint


def forget_member(member_pk: int) -> None:
    """Remove everything the member kept and looked at; repeating has no effect."""
    for model in (Favourite, Footprint):
        model.objects.filter(member=member_pk).delete()
