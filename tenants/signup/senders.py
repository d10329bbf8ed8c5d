"""Ways in which a code reaches a person. `settings.CODE_SENDER` names those in use, separated by commas."""

import logging
from typing import ClassVar, Protocol

from django.conf import settings
from django.core.mail import send_mail
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tenants.signup.contacts import Contact
from tenants.signup.models import SentCode

logger = logging.getLogger(__name__)


class CodeSender(Protocol):
    """Contract of a sender. `send` may raise anything: it is called again until the code expires."""

    kinds: ClassVar[frozenset[str]]  # of contacts that it reaches
    uses_network: ClassVar[bool]  # then it is called by a worker, outside any transaction

    def send(self, contact: Contact, code: str, purpose: str) -> None:
        """Bring `code` to `contact`."""


class OutboxSender:
    """Puts codes into the demo's own mailbox, which anybody may read at /signup/sent, and into the log."""

    kinds = frozenset({"email", "phone"})
    uses_network = False

    def send(self, contact: Contact, code: str, purpose: str) -> None:
        """Write the message in the caller's transaction."""
        SentCode.objects.create(contact=contact.value, code=code, purpose=purpose)
        logger.info("demo mailbox: %s code for %s is %s", purpose, contact.value, code)


class SmtpSender:
    """Sends e-mail through Django's mail settings."""

    kinds = frozenset({"email"})
    uses_network = True

    def send(self, contact: Contact, code: str, purpose: str) -> None:
        """Send one message; SMTPException or OSError when the mail server refuses or is away."""
        subject = _("微铺验证码：%(code)s") % {"code": code}
        text = _("你的验证码是 %(code)s，10 分钟内有效。如果不是你本人操作，请忽略这封邮件。") % {"code": code}
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [contact.value])


def code_senders() -> list[CodeSender]:
    """Return the configured senders, the preferred first."""
    return [import_string(path.strip())() for path in settings.CODE_SENDER.split(",")]


def sender_for(kind: str) -> CodeSender | None:
    """Return who brings codes to contacts of this kind ("email", "phone"); None when nobody does."""
    return next((sender for sender in code_senders() if kind in sender.kinds), None)


def has_demo_mailbox() -> bool:
    """Return whether codes go to the demo's mailbox, which is then open to everybody."""
    return any(isinstance(sender, OutboxSender) for sender in code_senders())
