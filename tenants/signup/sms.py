"""Codes as text messages, by Tencent Cloud."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from tenants.codes import LIFETIME
from tenants.signup.contacts import Contact

TIMEOUT_SECONDS = 10


class SmsRefused(Exception):
    """The message was not taken: Tencent's code and words."""


class TencentSender:
    """Sends the template of the purpose, whose two variables are the code and its minutes, to a mainland number."""

    kinds = frozenset({"phone"})
    uses_network = True

    def send(self, contact: Contact, code: str, purpose: str) -> None:
        """Send one message; SmsRefused, or the SDK's own exception when the service cannot be reached or says no."""
        from tencentcloud.sms.v20210111.models import SendSmsRequest

        request = SendSmsRequest()
        request.PhoneNumberSet = [f"+86{contact.value}"]
        request.SmsSdkAppId = settings.SMS["app"]
        request.SignName = settings.SMS["signature"]
        request.TemplateId = settings.SMS_TEMPLATES[purpose]
        request.TemplateParamSet = [code, str(int(LIFETIME.total_seconds() // 60))]
        (status,) = _client().SendSms(request).SendStatusSet
        if status.Code != "Ok":
            raise SmsRefused(f"{status.Code}: {status.Message}")


def _client() -> Any:
    """Return the SDK's client; it is loaded by workers that send messages only."""
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile
    from tencentcloud.sms.v20210111.sms_client import SmsClient

    how, address = settings.SMS, urlsplit(settings.SMS["endpoint"])
    http = HttpProfile(protocol=address.scheme, endpoint=address.netloc, reqTimeout=TIMEOUT_SECONDS)
    return SmsClient(Credential(how["secret_id"], how["secret_key"]), how["region"], ClientProfile(httpProfile=http))
