"""Orders and refunds as WeChat Pay writes them in answers and notices."""

from __future__ import annotations

from payments.paysim.refunds import Refund
from payments.paysim.store import china_time
from payments.paysim.trades import PAID_STATES, Trade

_DESCRIPTIONS = {"SUCCESS": "支付成功", "REFUND": "转入退款", "NOTPAY": "订单未支付", "CLOSED": "订单已关闭"}


def transaction(trade: Trade) -> dict[str, object]:
    """The order; as with WeChat, one that nobody paid states neither transaction nor amount."""
    common: dict[str, object] = {
        "appid": trade.appid,
        "mchid": trade.mchid,
        "out_trade_no": trade.out_trade_no,
        "attach": trade.attach,
        "trade_state": trade.state,
        "trade_state_desc": _DESCRIPTIONS[trade.state],
        "promotion_detail": [],
    }
    if trade.state not in PAID_STATES:
        return {**common, "bank_type": "", "payer": {}}
    return {**common, **paid_part(trade)}


def paid_part(trade: Trade) -> dict[str, object]:
    """What a payment adds to an order."""
    return {
        "transaction_id": trade.transaction_id,
        "trade_type": trade.trade_type,
        "bank_type": "OTHERS",
        "success_time": china_time(trade.paid_at),
        "payer": {"openid": trade.openid} if trade.openid else {},
        "amount": {
            "total": trade.amount,
            "payer_total": trade.amount,
            "currency": "CNY",
            "payer_currency": "CNY",
        },
    }


def refund_answer(refund: Refund, trade: Trade, *, status: str) -> dict[str, object]:
    """The refund as the answer to a request or a query."""
    return {
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "transaction_id": trade.transaction_id,
        "out_trade_no": refund.out_trade_no,
        "channel": "ORIGINAL",
        "user_received_account": "支付用户零钱",
        "create_time": china_time(refund.refunded_at),
        "status": status,
        "funds_account": "AVAILABLE",
        **({"success_time": china_time(refund.refunded_at)} if status == "SUCCESS" else {}),
        "amount": {
            "total": refund.total,
            "refund": refund.amount,
            "payer_total": refund.total,
            "payer_refund": refund.amount,
            "settlement_total": refund.total,
            "settlement_refund": refund.amount,
            "discount_refund": 0,
            "currency": "CNY",
        },
    }


def refund_notice(refund: Refund, trade: Trade) -> dict[str, object]:
    """The refund as its notice tells it: the state has another name there and no currency is stated."""
    return {
        "mchid": refund.mchid,
        "out_trade_no": refund.out_trade_no,
        "transaction_id": trade.transaction_id,
        "out_refund_no": refund.out_refund_no,
        "refund_id": refund.refund_id,
        "refund_status": "SUCCESS",
        "success_time": china_time(refund.refunded_at),
        "user_received_account": "支付用户零钱",
        "amount": {
            "total": refund.total,
            "refund": refund.amount,
            "payer_total": refund.total,
            "payer_refund": refund.amount,
        },
    }
