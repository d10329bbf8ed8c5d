"""The sign-up form."""

import unicodedata

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tenants.errors import ShopError
from tenants.services import LONGEST_NAME, check_slug
from tenants.signup.contacts import Contact, parse_contact
from tenants.signup.services import SignUp

CODE_DIGITS = 6
# Where the message of an error of the service belongs.
FIELD_OF = {
    "code_wrong": "code",
    "contact_invalid": "contact",
    "contact_unreachable": "contact",
    "slug_invalid": "slug",
    "slug_reserved": "slug",
    "slug_taken": "slug",
}
# Django's catalogues lack some of these in Chinese.
PASSWORD_PROBLEMS = {
    "password_too_short": _("密码至少要有 10 个字符"),
    "password_too_common": _("这个密码太常见，请换一个"),
    "password_entirely_numeric": _("密码不能全是数字"),
    "password_too_similar": _("密码和账号太相似，请换一个"),
}


def _input(**attributes: str) -> forms.TextInput:
    return forms.TextInput(attrs={"spellcheck": "false", **attributes})


class SignUpForm(forms.Form):
    """What a merchant types; `wanted()` is the checked result."""

    name = forms.CharField(
        label=_("店铺名称"),
        max_length=LONGEST_NAME,
        widget=_input(autocomplete="organization"),
        help_text=_("顾客看到的名字"),
    )
    slug = forms.CharField(
        label=_("店铺网址"),
        max_length=40,
        widget=_input(autocapitalize="none", autocomplete="off", inputmode="url"),
        help_text=_("小写字母、数字和连字符，3 到 30 个字符，以字母开头"),
    )
    contact = forms.CharField(
        label=_("邮箱或手机号"),
        max_length=254,
        widget=_input(autocapitalize="none", autocomplete="username"),
        help_text=_("以后用它登录后台"),
    )
    code = forms.CharField(
        label=_("验证码"),
        max_length=20,
        widget=_input(autocomplete="one-time-code", inputmode="numeric"),
    )
    password = forms.CharField(
        label=_("登录密码"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 10 个字符，不能全是数字，也不能太常见"),
    )
    agree = forms.BooleanField(label=_("我已阅读并同意"), error_messages={"required": _("请先阅读并同意服务条款")})

    def clean_slug(self) -> str:
        """Return the address in lower case; whether it is taken is asked when the shop is made."""
        slug = unicodedata.normalize("NFKC", self.cleaned_data["slug"]).strip().lower()
        try:
            check_slug(slug)
        except ShopError as error:
            if error.code != "slug_taken":
                raise ValidationError(error.message) from error
        return slug

    def clean_contact(self) -> Contact:
        """Return the contact in its one stored form."""
        try:
            return parse_contact(self.cleaned_data["contact"])
        except ShopError as error:
            raise ValidationError(error.message) from error

    def clean_code(self) -> str:
        """Return six ASCII digits."""
        code = unicodedata.normalize("NFKC", self.cleaned_data["code"]).replace(" ", "")
        if len(code) != CODE_DIGITS or not (code.isascii() and code.isdigit()):
            raise ValidationError(_("请填写 6 位数字验证码"))
        return code

    def clean_password(self) -> str:
        """Return the password when the validators of the settings accept it."""
        contact = self.cleaned_data.get("contact")
        user = get_user_model()(username=contact.value if contact else "")
        try:
            validate_password(self.cleaned_data["password"], user)
        except ValidationError as error:
            raise ValidationError(
                [PASSWORD_PROBLEMS.get(found.code or "", found) for found in error.error_list]
            ) from error
        return self.cleaned_data["password"]

    def refuse(self, error: ShopError) -> None:
        """Show the service's error beside the field that it is about."""
        self.add_error(FIELD_OF.get(error.code), error.message)

    def wanted(self) -> SignUp:
        """Return the checked values."""
        return SignUp(**{name: self.cleaned_data[name] for name in ("name", "slug", "contact", "code", "password")})
