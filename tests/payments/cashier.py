"""What a shopper does in WeChat, done to the simulator."""

import requests

from payments.models import Attempt
from payments.services.accounts import provider_of
from payments.services.attempts import start_payment


class Cashier:
    def __init__(self, url, account):
        self.url, self.account, self.provider = url, account, provider_of(account)

    def start(self, order):
        return start_payment(order, "wechat", order.member.identities.get().subject)

    def start_in_browser(self, order, address="203.0.113.7"):
        return start_payment(order, "wechat", address, "h5")

    def pay(self, order):
        """The shopper pays; nothing is booked yet."""
        attempt = self.start(order)
        self.confirm(attempt)
        return attempt

    def confirm(self, attempt):
        answer = requests.post(f"{self.url}/_control/pay", json={"out_trade_no": attempt.out_trade_no}, timeout=5)
        assert answer.status_code == 200, answer.text

    def receipt(self, attempt):
        return self.provider.query(attempt.out_trade_no)

    def book(self, attempt):
        """(charged, refunded) fen under the attempt's number, as the simulator has it."""
        found = requests.get(f"{self.url}/_control/book", timeout=5).json()
        return tuple(
            sum(row["amount"] for row in found[side] if row["out_trade_no"] == attempt.out_trade_no)
            for side in ("charges", "refunds")
        )

    def faults(self, mode, count=1):
        requests.post(f"{self.url}/_control/faults", json={"mode": mode, "count": count}, timeout=5)

    def state(self, attempt):
        return Attempt.objects.get(pk=attempt.pk).state
