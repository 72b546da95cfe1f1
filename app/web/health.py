"""Is the process alive, and can it do its work?"""

from __future__ import annotations

from flask import Flask, Response, jsonify
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.web.doors import House


def register(app: Flask, house: House) -> tuple[str, ...]:
    """Add /healthz and /readyz; returns their endpoints for declaration."""
    redis = Redis.from_url(house.settings.redis_url or "redis://", socket_timeout=1, socket_connect_timeout=1)

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(alive=True)

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        answers = {"database": _database_answers(house), "queue": _queue_answers(redis)}
        return jsonify(answers), 200 if all(answers.values()) else 503

    return "healthz", "readyz"


def _database_answers(house: House) -> bool:
    try:
        with house.databases.engine("family").connect() as connection:
            return connection.scalar(text("select 1")) == 1
    except SQLAlchemyError:
        return False


def _queue_answers(redis: Redis) -> bool:
    try:
        return bool(redis.ping())
    except RedisError:
        return False
