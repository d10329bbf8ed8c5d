"""Text messages: what Tencent Cloud is told, and what is made of its answer."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tenants.signup.contacts import Contact
from tenants.signup.senders import OutboxSender, SmtpSender, has_demo_mailbox, sender_for
from tenants.signup.sms import SmsRefused, TencentSender

pytest.importorskip("tencentcloud", reason="tencentcloud-sdk-python-sms is not installed (requirements.txt names it)")
PHONE = Contact("phone", "13800138000")


class Tencent(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.headers, asked))
        status = {"Code": self.server.code, "Message": "said", "PhoneNumber": asked["PhoneNumberSet"][0]}
        body = json.dumps({"Response": {"SendStatusSet": [status], "RequestId": "1"}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def tencent(settings):
    server = HTTPServer(("127.0.0.1", 0), Tencent)
    server.asked, server.code = [], "Ok"
    settings.SMS = {
        "endpoint": f"http://127.0.0.1:{server.server_port}",
        "region": "ap-guangzhou",
        "secret_id": "id-1",
        "secret_key": "key-1",
        "app": "1400000001",
        "signature": "微铺",
    }
    settings.SMS_TEMPLATES = {"signup": "100", "login": "200"}
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("purpose", "template"), [("signup", "100"), ("login", "200")])
def test_the_code_goes_out_in_the_template_of_its_purpose(tencent, purpose, template):
    TencentSender().send(PHONE, "012345", purpose)
    ((headers, asked),) = tencent.asked
    assert asked == {
        "PhoneNumberSet": ["+8613800138000"],
        "SmsSdkAppId": "1400000001",
        "SignName": "微铺",
        "TemplateId": template,
        "TemplateParamSet": ["012345", "10"],
    }
    assert (headers["X-TC-Action"], headers["X-TC-Version"]) == ("SendSms", "2021-01-11")
    assert headers["Authorization"].startswith("TC3-HMAC-SHA256 Credential=id-1/")


def test_a_message_that_was_not_taken_is_an_error(tencent):
    tencent.code = "LimitExceeded.PhoneNumberDailyLimit"
    with pytest.raises(SmsRefused, match=r"LimitExceeded\.PhoneNumberDailyLimit: said"):
        TencentSender().send(PHONE, "012345", "login")


def test_each_kind_of_contact_has_its_sender(settings):
    settings.CODE_SENDER = "tenants.signup.senders.SmtpSender, tenants.signup.sms.TencentSender"
    assert isinstance(sender_for("email"), SmtpSender)
    assert isinstance(sender_for("phone"), TencentSender)
    assert not has_demo_mailbox()
    settings.CODE_SENDER = "tenants.signup.senders.SmtpSender"
    assert sender_for("phone") is None
    settings.CODE_SENDER = "tenants.signup.senders.OutboxSender"
    assert isinstance(sender_for("phone"), OutboxSender)
