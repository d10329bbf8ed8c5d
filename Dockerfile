# The production image. The same image runs every process; the command says which:
#   docker run … weipu                          web on port 8000 (the default command)
#   docker run … weipu python manage.py deploy  migrations, once for each release, before the new web starts
#   docker run … weipu celery -A saas worker -P prefork --without-gossip --without-mingle --without-heartbeat
#   docker run … weipu celery -A saas worker -P prefork -Q jobs --without-gossip --without-mingle --without-heartbeat
#   docker run … weipu python manage.py poller
# Settings come from the environment (docs/running.md): WEIPU_DATABASE_URL, WEIPU_REDIS_URL, WEIPU_SECRET_KEY,
# WEIPU_MASTER_KEY, WEIPU_BASE_DOMAIN. Uploaded files go to /data, or to S3-compatible storage.
FROM node:20-slim AS shoppers

# The mini-program as a page for browsers. Node stays behind in this stage.
WORKDIR /build
COPY miniprogram_template/package.json miniprogram_template/package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY miniprogram_template/ ./
RUN npm run build

FROM python:3.11-slim

# pg_dump makes the script new shops are built from. It has to be at least as new as the server;
# WEIPU_PG_DUMP names another one.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    WEIPU_DATA=/data \
    WEIPU_STATIC_ROOT=/srv/weipu-static

WORKDIR /srv/weipu

# Dependencies in a layer of their own: a change of the product's code does not install them again.
COPY requirements.txt ./
RUN grep -v '^-e' requirements.txt > /tmp/dependencies.txt \
    && pip install -r /tmp/dependencies.txt \
    && rm /tmp/dependencies.txt

COPY . .
COPY --from=shoppers /build/build/h5 miniprogram_template/build/h5
RUN pip install --no-deps -e . \
    && for po in locale/*/LC_MESSAGES/*.po; do \
         [ ! -f "$po" ] || python -m babel.messages.frontend compile -i "$po" -o "${po%.po}.mo" || exit 1; \
       done \
    && WEIPU_BUILD=1 python manage.py collectstatic --noinput \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin weipu \
    && install -d -o weipu -g weipu /data

USER weipu
VOLUME /data
EXPOSE 8000

# One pooled database connection for each request that is answered at the time, and one to spare.
CMD ["sh", "-c", "WEIPU_POOL=\"${WEIPU_POOL:-5}\" exec python -m saas.web --host 0.0.0.0 --port 8000 --workers \"${WEIPU_WEB_WORKERS:-2}\" --blocking-threads 64 --http 1 --no-ws --backlog 2048 --respawn-failed-workers --workers-kill-timeout 30"]
