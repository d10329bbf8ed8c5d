"""Events that virtual goods hear."""

from typing import Any

from shop.virtual import services
from tenants.due import Again


def on_order_paid(event: Any) -> Again | None:
    """Deliver the cards and services of a paid order; comes back while secrets are lacking. Repeating has no effect."""
    return services.deliver_again(event.ref)
