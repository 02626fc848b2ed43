# The image of web, worker, beat and migrate; docker-compose.yml says which runs what.
FROM python:3.11-slim-bookworm

# What draws the PDFs; the fonts are the portal's own.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 portal \
    && install -d -o portal -g portal /srv/static \
    && install -d -o portal -g portal -m 700 /var/portal

WORKDIR /srv/portal
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes --only-binary=:all: -r requirements.lock

COPY . .
ENV STATIC_ROOT=/srv/static PYTHONUNBUFFERED=1
# Stands in for the settings that only a running portal needs; nothing of it stays in the image.
RUN PORTAL_ENV=production SECRET_KEY="signs nothing: collectstatic alone runs with this key, then it is gone" \
    ALLOWED_HOSTS=build PORTAL_BASE_URL=https://build REDIS_URL=redis://build/0 \
    DATABASE_URL=postgres://build/build EMAIL_URL=smtp://build PORTAL_VAR=/tmp/build \
    python manage.py collectstatic --noinput && rm -rf /tmp/build

USER portal
EXPOSE 8000
