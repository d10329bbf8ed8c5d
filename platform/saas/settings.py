"""Settings of the platform. Everything that differs between machines comes from the environment."""

import base64
import binascii
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from saas.embedded.runtime_env import load as load_runtime_env
from saas.environment import Environment
from saas.plugins import installed_apps

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(Environment({}).text("WEIPU_DATA", str(BASE_DIR / "var")))
env = Environment(load_runtime_env(DATA_DIR))

DEBUG = env.flag("WEIPU_DEBUG", default=False)

# Keys. `manage.py up` makes its own under var/; anywhere else a missing or short key stops the boot.
SECRET_KEY = env.text("WEIPU_SECRET_KEY")
MASTER_KEY = env.text("WEIPU_MASTER_KEY")


def _checked_master_key() -> bytes:
    try:
        key = base64.b64decode(MASTER_KEY, validate=True)
    except binascii.Error as error:
        raise ImproperlyConfigured("WEIPU_MASTER_KEY must be base64") from error
    if len(key) != 32:
        raise ImproperlyConfigured("WEIPU_MASTER_KEY must hold 32 bytes in base64")
    return key


if env.flag("WEIPU_BUILD", default=False) or not (SECRET_KEY or MASTER_KEY or env.text("WEIPU_DATABASE_URL")):
    # Commands that only read the code (makemigrations --check, collectstatic, up) need no secret;
    # nothing can be decrypted or served with these, because there is no database to reach.
    SECRET_KEY, MASTER_KEY_BYTES = "unconfigured-" + "x" * 50, b"\0" * 32
else:
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
        raise ImproperlyConfigured("WEIPU_SECRET_KEY must be a random text of at least 50 characters")
    MASTER_KEY_BYTES = _checked_master_key()
    if len(set(MASTER_KEY_BYTES)) < 8:
        raise ImproperlyConfigured("WEIPU_MASTER_KEY is not random")

# Hosts: the bare domain is the platform's page, console.<domain> the operators', api.<domain> the shared
# host of all shops' APIs, <slug>.<domain> a shop's own host.
BASE_DOMAIN = env.text("WEIPU_BASE_DOMAIN", "localhost")
CONSOLE_HOST = f"console.{BASE_DOMAIN}"
SHARED_HOSTS = frozenset(env.words("WEIPU_SHARED_HOSTS", f"api.{BASE_DOMAIN},127.0.0.1"))
PUBLIC_SCHEME = env.text("WEIPU_PUBLIC_SCHEME", "http")
PUBLIC_PORT = env.text("WEIPU_PUBLIC_PORT", env.text("WEIPU_PORT", "8000"))
SHARED_URL = env.text("WEIPU_SHARED_URL", f"http://127.0.0.1:{PUBLIC_PORT}")
# Where clients find stock in real time, and other hosts whose pages may watch it.
WS_URL = env.text("WEIPU_WS_URL", SHARED_URL.replace("http", "ws", 1))
WS_CONNECTIONS = env.integer("WEIPU_WS_CONNECTIONS", 5_000)
WS_CONNECTIONS_PER_SHOP = env.integer("WEIPU_WS_CONNECTIONS_PER_SHOP", 4_000)
WS_CONNECTIONS_PER_ADDRESS = env.integer("WEIPU_WS_CONNECTIONS_PER_ADDRESS", 2_000)
H5_HOSTS = frozenset(env.words("WEIPU_H5_HOSTS"))
TRUSTED_PROXIES = frozenset(env.words("WEIPU_TRUSTED_PROXIES"))
ALLOWED_HOSTS = ["*"]  # the router in front refuses every host that it does not know
USE_X_FORWARDED_HOST = False

PAYSIM_URL = env.text("WEIPU_PAYSIM_URL")
WECHAT_PAY_URL = env.text("WEIPU_WECHAT_PAY_URL", PAYSIM_URL or "https://api.mch.weixin.qq.com")
WECHAT_API_URL = env.text("WEIPU_WECHAT_API_URL", env.text("WEIPU_WECHATSIM_URL") or "https://api.weixin.qq.com")

TENANT_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "shop.core",
    "unfold",
    "django.contrib.admin",
    "django.contrib.sessions",
    "shop.library",
    "shop.jobs",
    "shop.catalog",
    "shop.members",
    "shop.search",
    "shop.reviews",
    "shop.decoration",
    "shop.agreements",
    "shop.ledgers",
    "shop.pricing",
    "shop.inventory",
    "shop.promotions",
    "shop.cart",
    "shop.orders",
    "payments",
    "shop.fulfilment",
    "shop.virtual",
    "shop.aftersale",
    "shop.favourites",
    "shop.recommendations",
]
# Marketing tools: folders of shop/marketing and installed packages. A shop's schema has their tables and no others.
MARKETING = env.words(
    "WEIPU_MARKETING",
    "limited_discount,full_reduction,ladder_price,add_on,bundle,coupons,flash_sale,group_buy,bargain",
)
PLUGINS = env.words("WEIPU_PLUGINS")
TENANT_APPS += [f"shop.marketing.{name}" for name in MARKETING] + installed_apps(PLUGINS)
SHARED_APPS = ["tenants", "django_tenants"]
INSTALLED_APPS = [
    *SHARED_APPS,
    *TENANT_APPS,
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_LIMIT_SET_CALLS = True
TENANT_SYNC_ROUTER = "tenants.routers.SchemaRouter"
DATABASE_ROUTERS = [TENANT_SYNC_ROUTER]

# Only processes that answer many requests at once keep a pool (`WEIPU_POOL`); the rest one connection.
POOL = env.integer("WEIPU_POOL", 0)
# How many requests a web process answers at once: each may need a connection, and one is to spare.
WEB_PLACES = max(POOL - 1, 1) if POOL else 4
DATABASES = {
    "default": {
        "ENGINE": "tenants.postgresql",
        **env.database("WEIPU_DATABASE_URL"),
        "CONN_MAX_AGE": 0 if POOL else 300,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {
            "connect_timeout": 3,
            # A server that vanished without a word is noticed in a minute, not in the two hours of the system.
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "prepare_threshold": 2,  # for what goes through prepared_cursor(); the ORM's own cursors never prepare
            "options": (
                "-c lock_timeout=2s -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s -c jit=off"
            ),
            **(
                {"pool": {"min_size": 1, "max_size": POOL, "timeout": 10, "max_lifetime": 600, "max_idle": 120}}
                if POOL
                else {}
            ),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("WEIPU_REDIS_URL", "redis://127.0.0.1:6379/0")
# A database of its own: clearing a cache must not empty the broker.
CACHE_URL = env.text("WEIPU_CACHE_URL", REDIS_URL.rpartition("/")[0] + "/1")
_REDIS_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 2}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": _REDIS_OPTIONS,
        "KEY_FUNCTION": "tenants.caching.shop_key",
    },
    "platform": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "OPTIONS": _REDIS_OPTIONS,
        "KEY_FUNCTION": "tenants.caching.platform_key",
    },
}

MIDDLEWARE = [
    "tenants.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "saas.urls"
WSGI_APPLICATION = "saas.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["shop.core.authentication.StaffBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/admin/"  # after logging in at an address without a next page
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if PUBLIC_SCHEME == "https":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_HSTS_SECONDS = env.integer("WEIPU_HSTS_SECONDS", 31536000)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
# Larger requests are refused before anything is read.
LARGEST_REQUEST = env.integer("WEIPU_LARGEST_REQUEST", 128 * 1024**2)

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Answers of the storefront say which process gave them; for benchmarks and tests.
BENCH = env.flag("WEIPU_BENCH", default=False)

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("WEIPU_STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "templates" / "static"]
# The mini-program compiled for browsers; every shop serves it at /h5/.
H5_BUILD = Path(env.text("WEIPU_H5_BUILD", str(BASE_DIR / "miniprogram_template" / "build" / "h5")))
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA_DIR / "media"
# Shared by all processes of a machine; a new start makes a new one.
VERSION_BOARD = Path(env.text("WEIPU_VERSION_BOARD", str(DATA_DIR / "run" / "versions")))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "tenants.storage.PublicStorage"},
    "public": {"BACKEND": "tenants.storage.PublicStorage"},
    "private": {"BACKEND": "tenants.storage.PrivateStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Room for pictures and videos where a shop's plan names none, in bytes: its own, its shoppers' together, one shopper's.
LIBRARY_BYTES = env.integer("WEIPU_LIBRARY_BYTES", 2 * 1024**3)
MEMBER_UPLOAD_BYTES = env.integer("WEIPU_MEMBER_UPLOAD_BYTES", 1024**3)
ONE_MEMBER_UPLOAD_BYTES = env.integer("WEIPU_ONE_MEMBER_UPLOAD_BYTES", 50 * 1024**2)
# S3-compatible storage. Without a bucket files lie in MEDIA_ROOT.
S3_BUCKET = env.text("WEIPU_S3_BUCKET")
S3_PRIVATE_BUCKET = env.text("WEIPU_S3_PRIVATE_BUCKET")
S3_ENDPOINT = env.text("WEIPU_S3_ENDPOINT")
S3_REGION = env.text("WEIPU_S3_REGION")
S3_ACCESS_KEY = env.text("WEIPU_S3_ACCESS_KEY")
S3_SECRET_KEY = env.text("WEIPU_S3_SECRET_KEY")
S3_ADDRESSING = env.text("WEIPU_S3_ADDRESSING", "auto")  # virtual for COS and OSS, path for MinIO
S3_PUBLIC_URL = env.text("WEIPU_S3_PUBLIC_URL")
if S3_BUCKET:
    if not S3_PRIVATE_BUCKET or S3_PRIVATE_BUCKET == S3_BUCKET:
        raise ImproperlyConfigured("WEIPU_S3_PRIVATE_BUCKET must name a second bucket that is not public")
    STORAGES["public"] = STORAGES["default"] = {"BACKEND": "tenants.buckets.PublicBucket"}
    STORAGES["private"] = {"BACKEND": "tenants.buckets.PrivateBucket"}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 60
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_WORKER_MAX_TASKS_PER_CHILD = 2000
CELERY_TASK_PUBLISH_RETRY = False  # a message is only a hint; the poller is the guarantee
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 1,
    "max_retries": 0,
    "socket_keepalive": True,
    "health_check_interval": 15,
}
CELERY_TIMEZONE = "UTC"
# Long work that people start has workers of its own: payments must not wait behind it.
CELERY_TASK_ROUTES = {"shop.jobs.tasks.*": {"queue": "jobs"}}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["shop.members.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "shop.members.authentication.SandboxStaysInside",
    ],
    "DEFAULT_RENDERER_CLASSES": ["shop.core.api.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["shop.core.api.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "shop.core.api.Pagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "shop.core.api.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "微铺 Weipu",
    "DESCRIPTION": "Shopper API of one shop. Money is integer fen (CNY).",
    "VERSION": "1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "BargainState": ["OPEN", "ORDERED", "OVER"],
        "GroupState": ["OPEN", "SUCCESS", "FAILED"],
        "AgreementKindEnum": "shop.agreements.models.Agreement.Kind",
        **({"CouponKindEnum": "shop.marketing.coupons.models.CouponTemplate.Kind"} if "coupons" in MARKETING else {}),
        "OrderStatusEnum": "shop.orders.models.Order.State",
        "ProductKindEnum": "shop.catalog.models.Product.Kind",
    },
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Contracts: code -> dotted path.
PAYMENT_PROVIDERS = {"wechat": "payments.wechat.provider.WeChatPayProvider"}
PAYMENT_URLS = {"wechat": WECHAT_PAY_URL}
ELASTICSEARCH_URL = env.text("WEIPU_ELASTICSEARCH_URL", "")
ELASTICSEARCH_INDEX = env.text("WEIPU_ELASTICSEARCH_INDEX", "weipu-products")
SEARCH_BACKEND = (
    "shop.search.elasticsearch.ElasticSearch" if ELASTICSEARCH_URL else "shop.search.postgresql.PostgresSearch"
)
# The demo shows the codes it sends on a page; a platform without simulators sends them by mail.
CODE_SENDER = env.text("WEIPU_CODE_SENDER", f"tenants.signup.senders.{'OutboxSender' if PAYSIM_URL else 'SmtpSender'}")

# Tencent Cloud's text messages, for tenants.signup.sms.TencentSender.
SMS = {
    "endpoint": env.text("WEIPU_SMS_ENDPOINT", "https://sms.tencentcloudapi.com"),
    "region": env.text("WEIPU_SMS_REGION", "ap-guangzhou"),
    "secret_id": env.text("WEIPU_SMS_SECRET_ID"),
    "secret_key": env.text("WEIPU_SMS_SECRET_KEY"),
    "app": env.text("WEIPU_SMS_APP"),
    "signature": env.text("WEIPU_SMS_SIGNATURE"),
}
SMS_TEMPLATES = {"signup": env.text("WEIPU_SMS_TEMPLATE_SIGNUP"), "login": env.text("WEIPU_SMS_TEMPLATE_LOGIN")}
# Orders a second that one flash sale lets through to the database once its first tokens are used up.
FLASH_RATE = max(env.integer("WEIPU_FLASH_RATE", 30), 1)
# Text messages that the log-ins of one shop may cost in a day.
LOGIN_CODES_PER_DAY = env.integer("WEIPU_LOGIN_CODES_PER_DAY", 500)

# Idempotent functions that put the rows every shop starts with into a freshly migrated schema.
SCHEMA_SEEDS = [
    "shop.core.seeds.seed",
    "shop.agreements.services.seed",
    "shop.inventory.services.seed",
    "shop.pricing.services.seed",
    "shop.reviews.services.seed",
]
# Judge what shoppers write about products; the strictest finding counts.
REVIEW_CHECKERS = ["shop.reviews.checks.WordCheck", "shop.reviews.wechat_check.WechatCheck"]
# Writes the owner into the new shop, in the transaction that makes it.
SHOP_OPENER = "shop.core.staff.open_shop"

# What the home page of the back office shows: functions that take the user and return shop.core.home's Tasks, Figures.
HOME_TASKS = [
    "shop.orders.home.tasks",
    "shop.aftersale.home.tasks",
    "saas.admin_failures.tasks",
    "shop.fulfilment.home.tasks",
    "shop.inventory.home.tasks",
    "shop.reviews.home.tasks",
    "shop.catalog.home.tasks",
]
HOME_FIGURES = ["shop.orders.home.placed_today"]

# The program that dumps the template schema; only `deploy` runs it.
PG_DUMP = env.text("WEIPU_PG_DUMP", "pg_dump")
# A folder, written by nobody else, in which installations of the same code on one machine keep what all of them build.
SCHEMA_SCRIPTS = env.text("WEIPU_SCHEMA_SCRIPTS")

# Mail, for operators who send codes by tenants.signup.senders.SmtpSender.
EMAIL_HOST = env.text("WEIPU_EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("WEIPU_EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("WEIPU_EMAIL_USER")
EMAIL_HOST_PASSWORD = env.text("WEIPU_EMAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("WEIPU_EMAIL_TLS", default=False)
EMAIL_USE_SSL = env.flag("WEIPU_EMAIL_SSL", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("WEIPU_EMAIL_FROM", f"weipu@{BASE_DOMAIN}")

# Spare schemas kept ready, so that a sign-up needs no DDL.
SPARE_SCHEMAS = env.integer("WEIPU_SPARE_SCHEMAS", 5)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"shop": {"()": "tenants.logs.ShopFilter"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s shop=%(shop)s request=%(request_id)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["shop"], "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("WEIPU_LOG_LEVEL", "INFO")},
    "loggers": {"django.server": {"handlers": ["console"], "propagate": False}},
}
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the account name is unique without regard to case, by a constraint
STOCK_WRITER = "shop.inventory.services.set_on_hand"
STOCK_HOLDER = "shop.inventory.services.hold_still"
STOCK_REMOVER = "shop.inventory.forgetting.forget_stock"

# Look and words of the back office; what is missing here is Unfold's default.
CSRF_FAILURE_VIEW = "saas.admin_site.stale_form"
UNFOLD = {
    "SITE_TITLE": "saas.admin_site.shop_name",
    "SITE_HEADER": "saas.admin_site.shop_name",
    "SITE_SYMBOL": "storefront",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": STATIC_URL + "platform/mark.svg"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "BORDER_RADIUS": "8px",
    "STYLES": [STATIC_URL + "weipu/admin.css", STATIC_URL + "weipu/desk.css"],
    "SCRIPTS": [STATIC_URL + "weipu/files.js"],
    "COLORS": {
        "primary": {
            "50": "oklch(98.2% .018 155.8)",
            "100": "oklch(96.2% .044 156.7)",
            "200": "oklch(92.5% .084 156)",
            "300": "oklch(87.1% .15 154.4)",
            "400": "oklch(75% .17 152)",
            "500": "oklch(60% .16 150)",
            "600": "oklch(53% .145 150.5)",
            "700": "oklch(46% .125 150.8)",
            "800": "oklch(40% .1 151)",
            "900": "oklch(35% .08 152.5)",
            "950": "oklch(25% .06 153)",
        }
    },
}
