"""Removing what the sign-up no longer needs."""

from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from tenants.signup.limits import LONGEST_SECONDS
from tenants.signup.models import SentCode, SignupCode

KEEP = timedelta(days=1)


def purge(ref: str) -> None:
    """Delete codes, messages and counts that are older than a day; the next code asked for schedules the next purge."""
    SignupCode.objects.filter(expires_at__lt=Now() - KEEP).delete()
    SentCode.objects.filter(sent_at__lt=Now() - KEEP).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            'DELETE FROM "public"."tenants_quota"'
            " WHERE hits[cardinality(hits)] < clock_timestamp() - make_interval(secs => %s)",
            [LONGEST_SECONDS],
        )
