"""Tables of the sign-up, in `public`. What they hold is gone after a day."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.codes import Code
from tenants.models import public

PURPOSES = [("signup", _("注册店铺")), ("login", _("登录店铺"))]


class SignupCode(Code):
    """The latest code of one contact, and which shop was opened with it."""

    contact = models.CharField(max_length=254)
    slug = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        db_table = public("tenants_signupcode")
        constraints = [models.UniqueConstraint(fields=["contact"], name="signupcode_contact_unique")]
        indexes = [models.Index(fields=["expires_at"], name="signupcode_age")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def salt(self) -> str:
        """Return the contact's."""
        return f"weipu.signup.{self.contact}"


class SentCode(models.Model):
    """A message in the demo's mailbox."""

    contact = models.CharField(max_length=254)
    code = models.CharField(max_length=6)
    purpose = models.CharField(max_length=20, choices=PURPOSES)
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = public("tenants_sentcode")
        indexes = [models.Index(fields=["-sent_at"], name="sentcode_latest")]

    def __str__(self) -> str:
        return str(self.pk)


class Quota(models.Model):
    """The latest accepted attempts of one subject (a contact, an address) at one thing, oldest first."""

    scope = models.CharField(max_length=30)
    subject = models.CharField(max_length=254)
    hits = ArrayField(models.DateTimeField())

    class Meta:
        db_table = public("tenants_quota")
        constraints = [models.UniqueConstraint(fields=["scope", "subject"], name="quota_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.subject}"
