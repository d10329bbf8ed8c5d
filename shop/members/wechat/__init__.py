"""WeChat's server interface for the shop's own mini-program."""

from shop.members.wechat.calls import WechatSession, api_post, code_picture, code_to_session, phone_number
from shop.members.wechat.transport import WechatError

__all__ = ["WechatError", "WechatSession", "api_post", "code_picture", "code_to_session", "phone_number"]
