"""What shoppers read is kept as bytes; whoever changes it says so."""

from tenants.versions import mark_changed


def catalogue_changed() -> None:
    """Make every kept answer of the current shop (home, lists, details, searches) stale when this commits."""
    mark_changed()
