"""What joins an order and money: start_payment, settle, cancel_order, expire_order, reprice_order, refund."""
