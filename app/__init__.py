"""Opvangloket: the privacy statement is the program."""

from __future__ import annotations

import os

from flask import Flask
from redis import Redis

from app.core.clock import Clock
from app.core.crypto import KeyRing
from app.core.db import Databases
from app.core.settings import Settings
from app.organisations.profile import load_profiles
from app.web import (
    assets,
    compression,
    cookies,
    devices,
    errors,
    health,
    i18n,
    page_counts,
    pages,
    request_log,
    security_headers,
)
from app.web.assist import assist
from app.web.bell import Bell
from app.web.counter import counter
from app.web.demo import demo
from app.web.doors import House, declare, load_user, register
from app.web.facility import facility
from app.web.family import family
from app.web.helper import helper
from app.web.kiosk import kiosk
from app.web.lookalong import lookalong
from app.web.oversight import oversight
from app.web.own import own
from app.web.public import languages, public
from app.web.registrar import registrar
from app.web.sessions import CookieSessions, SessionUser, make_login_manager
from app.web.staff import staff
from app.web.visit_memory import VisitMemory

# A step holds a few hundred characters; whoever posts more than this is not filling in a form.
MAX_FORM_BYTES = 64 * 1024
MAX_FORM_PARTS = 400


class UnsafeSettings(RuntimeError):
    """A production start with a missing or unsafe setting."""


def create_app(settings: Settings | None = None, *, serving: bool = True) -> Flask:
    """Build the application; raises UnsafeSettings when it is to serve in production and a setting is unsafe."""
    settings = settings or Settings.from_env(os.environ)
    if serving and settings.production and (problems := settings.problems()):
        raise UnsafeSettings("; ".join(problems))
    app = Flask(__name__, static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SECRET_KEY=settings.secret_key,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.session_interface = CookieSessions(https=settings.base_url.startswith("https:"))
    house = House(
        settings=settings,
        clock=Clock(settings.clock_offset),
        databases=make_databases(settings),
        profiles=dict(load_profiles()),
    )

    request_log.init_app(app)
    register(
        app,
        house,
        public,
        own,
        family,
        assist,
        helper,
        facility,
        staff,
        counter,
        lookalong,
        oversight,
        kiosk,
        registrar,
    )
    if settings.demo:
        demo.register(app, house)
    for endpoint in (*health.register(app, house), *assets.register(app), *languages.register(app, house)):
        declare(house, endpoint)

    @make_login_manager(app).request_loader
    def load(_: object) -> SessionUser | None:
        return load_user(house)

    spoken = {lang for p in house.profiles.values() for lang in (*p.languages.for_families, *p.languages.staff)}
    i18n.init_app(app, spoken)
    pages.init_app(app)
    compression.init_app(app)
    # What is compressed is a page that was kept in.
    devices.init_app(app)
    security_headers.init_app(app)
    cookies.init_app(app)
    errors.init_app(app)
    # A command runs without a queue as well, if only to say that it is missing.
    queue = Redis.from_url(settings.redis_url or "redis://", socket_timeout=0.5, socket_connect_timeout=0.5)
    app.extensions["ring"] = Bell(queue).ring
    app.extensions["visit_memory"] = VisitMemory(queue)
    page_counts.init_app(app, page_counts.PageCounter(queue))
    return app


def make_databases(settings: Settings) -> Databases:
    """Return the pools and keys that these settings describe."""
    return Databases(
        settings.database_urls,
        KeyRing(settings.master_key, settings.index_key),
        pool_size=settings.pool_size,
        kept_apart=settings.kept_apart,
    )
