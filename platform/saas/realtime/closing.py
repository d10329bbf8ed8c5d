"""Close codes: what a client learns when it is turned away or cut off."""

GOING_AWAY = 1001
NOT_TEXT = 1003  # a binary message
NOT_ALLOWED = 1008  # malformed, too often, too many keys, a foreign page
TOO_BIG = 1009
RESTARTING = 1012
TRY_LATER = 1013  # too many connections, database away, shop being migrated
SHOP_NOT_OPEN = 4403
NO_SUCH_SHOP = 4404
