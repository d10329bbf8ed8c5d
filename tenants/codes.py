"""Six-digit codes that are derived, never stored, and guessed a few times at most."""

from datetime import timedelta

from django.db import models
from django.db.models import F
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare, salted_hmac

LIFETIME = timedelta(minutes=10)
MOST_TRIES = 5


class Code(models.Model):
    """The latest code for one purpose. The code itself is nowhere: it is derived from `nonce` and the secret key."""

    nonce = models.CharField(max_length=32)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def salt(self) -> str:
        """Return what the code is for; codes of equal nonces and different salts differ."""
        raise NotImplementedError

    @property
    def digits(self) -> str:
        """Return the code."""
        digest = salted_hmac(self.salt, self.nonce, algorithm="sha256").digest()
        return f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"

    def is_proved_by(self, digits: str) -> bool:
        """Return whether these are the digits and the code has not expired.

        Every guess is counted before it is compared, so that parallel guesses have MOST_TRIES together.
        """
        if not self._same.filter(tries__lt=MOST_TRIES, expires_at__gt=Now()).update(tries=F("tries") + 1):
            return False
        if not constant_time_compare(self.digits, digits):
            return False
        self._same.update(tries=F("tries") - 1)
        return True

    def use(self, **values: object) -> bool:
        """Use the code up and write `values`; False when it was used or replaced before."""
        return self._same.filter(used_at=None).update(used_at=Now(), **values) == 1

    @property
    def _same(self) -> "models.QuerySet[Code]":
        return type(self)._default_manager.filter(pk=self.pk, nonce=self.nonce)
