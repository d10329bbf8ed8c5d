"""The product on a machine whose clock is wrong by CLOCK_OFF seconds; with NAIVE activities end by that clock."""

import os
import time

import time_machine

time_machine.travel(time.time() + float(os.environ["CLOCK_OFF"]), tick=True).start()

from saas.wsgi import application  # noqa: E402  (everything of the product sees the wrong clock)

__all__ = ["application"]

if os.environ.get("NAIVE"):
    from shop.promotions import reads

    own = f"ends_at > now() + interval '{os.environ['CLOCK_OFF']} seconds'"
    reads._LIVE = reads._LIVE.replace("ends_at > now()", own)
