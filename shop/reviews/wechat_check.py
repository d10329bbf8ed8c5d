"""WeChat's check of texts (`/wxa/msg_sec_check`, version 2), for what shoppers of the mini-program write."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.members.models import WechatAppMissing
from shop.members.wechat import WechatError, api_post
from shop.reviews.checks import Finding, Verdict, Writing

PATH = "/wxa/msg_sec_check"
COMMENT = 2  # WeChat's scene of a comment
LONGEST = 2500
LABELS = {
    10001: gettext_lazy("广告"),
    20001: gettext_lazy("时政"),
    20002: gettext_lazy("色情"),
    20003: gettext_lazy("辱骂"),
    20006: gettext_lazy("违法犯罪"),
    20008: gettext_lazy("欺诈"),
    20012: gettext_lazy("低俗"),
    20013: gettext_lazy("版权"),
}


class WechatCheck:
    """Asks WeChat; a shop without a mini-program, or a writer from elsewhere, is not asked about."""

    def check(self, writing: Writing) -> Finding:
        """Return WeChat's finding; WechatError when it gives none now.

        WeChat judges only who used the mini-program within two hours; about anybody else a colleague decides.
        """
        if not writing.openid or not writing.text:
            return Finding(Verdict.SHOW)
        body = {"version": 2, "openid": writing.openid, "scene": COMMENT, "content": writing.text[:LONGEST]}
        try:
            return _finding(api_post(PATH, body).get("result"))
        except WechatAppMissing:
            return Finding(Verdict.SHOW)
        except WechatError as error:
            if error.retry:
                raise
            return Finding(Verdict.WAIT, _("微信没有检查（%(code)s）") % {"code": error.code})


def _finding(result: Any) -> Finding:
    found = result if isinstance(result, dict) else {}
    verdicts = {"pass": Verdict.SHOW, "review": Verdict.WAIT, "risky": Verdict.HIDE}
    verdict = verdicts.get(str(found.get("suggest")), Verdict.WAIT)
    label = str(LABELS.get(found.get("label", 0), _("其他")))
    return Finding(verdict, "" if verdict == Verdict.SHOW else _("微信检查：%(label)s") % {"label": label})
