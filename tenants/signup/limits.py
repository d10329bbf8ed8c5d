"""Limits that hold under parallel requests: one conditional statement each, in PostgreSQL."""

from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tenants.errors import ShopError

# Keeps the times of the latest `most` accepted attempts; another fits when the oldest of them has left the window.
_TAKE = """
INSERT INTO "public"."tenants_quota" AS quota (scope, subject, hits)
VALUES (%(scope)s, %(subject)s, ARRAY[clock_timestamp()])
ON CONFLICT (scope, subject) DO UPDATE
SET hits = (quota.hits || clock_timestamp())[greatest(1, cardinality(quota.hits) + 2 - %(most)s):]
WHERE cardinality(quota.hits) < %(most)s
   OR quota.hits[cardinality(quota.hits) - %(most)s + 1] <= clock_timestamp() - make_interval(secs => %(seconds)s)
RETURNING 1
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` attempts of one subject in any `seconds`."""

    scope: str
    most: int
    seconds: int


CODES_BY_ADDRESS = Limit("code:address", 20, 3600)
CODES_BY_CONTACT_MINUTE = Limit("code:contact:minute", 1, 60)
CODES_BY_CONTACT_DAY = Limit("code:contact:day", 5, 86_400)
SLUGS_BY_ADDRESS = Limit("slug:address", 60, 60)
SIGNUPS_BY_ADDRESS = Limit("signup:address", 60, 3600)
LOGIN_CODES_BY_PHONE_MINUTE = Limit("login:phone:minute", 1, 60)
LOGIN_CODES_BY_PHONE_DAY = Limit("login:phone:day", 10, 86_400)
LOGIN_CODES_BY_ADDRESS = Limit("login:address", 60, 3600)  # phones of one network share few addresses
LEAST_SHARE = 5  # messages of a day that every address may have of a shop
LONGEST_SECONDS = 86_400


def login_codes_by_shop(most: int) -> Limit:
    """Return the limit of what one shop's log-ins may cost in a day."""
    return Limit("login:shop:day", most, 86_400)


def login_codes_by_shop_and_address(most: int) -> Limit:
    """Return the limit of what one address may use up of a shop's `most` in a day: a tenth."""
    return Limit("login:shop:address:day", max(most // 10, LEAST_SHARE), 86_400)


@transaction.atomic
def take(*wanted: tuple[Limit, str]) -> None:
    """Count one attempt of each (limit, subject); ShopError `too_many` (429) counts none of them."""
    for limit, subject in wanted:
        with connection.cursor() as cursor:
            cursor.execute(
                _TAKE,
                {"scope": limit.scope, "subject": subject, "most": limit.most, "seconds": limit.seconds},
            )
            if cursor.fetchone() is None:
                raise ShopError("too_many", _("操作太频繁，请稍后再试"), status=429, detail={"seconds": limit.seconds})
