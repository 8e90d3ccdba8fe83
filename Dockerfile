# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
COPY requirements.lock certinext/launch/lockfile.py ./
# Production's part of the one lock, still with its hashes: no test tools in the image.
RUN python lockfile.py requirements.lock > production.lock \
    && python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: \
        --requirement production.lock


FROM python:3.11-slim-bookworm
# WeasyPrint draws with Pango.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/certinext --create-home certinext \
    && install -d -o certinext /var/lib/certinext/documents /var/lib/certinext/beat
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/certinext
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MEDIA_ROOT=/var/lib/certinext/documents \
    STATIC_ROOT=/srv/static
# The key is for this one command: nothing of it stays in the image.
RUN SECRET_KEY=only-while-building python manage.py collectstatic --noinput
USER certinext
EXPOSE 8000
# WEB_CONCURRENCY is the number of web processes. The heartbeat's file lives in memory.
CMD ["gunicorn", "certinext.wsgi", "--config", "certinext/gunicorn.py", \
     "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm"]
