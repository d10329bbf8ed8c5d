"""Writes on members."""

from shop.members.services.addresses import AddressDraft, change_address, create_address, delete_address
from shop.members.services.apps import connect_app
from shop.members.services.erasure import erase_member
from shop.members.services.levels import delete_level, save_level, set_level
from shop.members.services.logins import Login, issue_token, log_in_with_code, login, payer_openid, revoke
from shop.members.services.phone_logins import has_phone_login, log_in_with_phone, request_phone_code
from shop.members.services.phones import bind_phone, bind_phone_with_code, member_with_phone
from shop.members.services.previewing import end_previews, log_in_with_ticket, preview_ticket
from shop.members.services.profile import update_profile
from shop.members.services.slots import free_unpaid_slot, lock_slots, take_unpaid_slot

__all__ = [
    "AddressDraft",
    "Login",
    "bind_phone",
    "bind_phone_with_code",
    "change_address",
    "connect_app",
    "create_address",
    "delete_address",
    "delete_level",
    "end_previews",
    "erase_member",
    "free_unpaid_slot",
    "has_phone_login",
    "issue_token",
    "lock_slots",
    "log_in_with_code",
    "log_in_with_phone",
    "log_in_with_ticket",
    "login",
    "member_with_phone",
    "payer_openid",
    "preview_ticket",
    "request_phone_code",
    "revoke",
    "save_level",
    "set_level",
    "take_unpaid_slot",
    "update_profile",
]
