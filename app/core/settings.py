"""Every setting of one process, read once from its environment, and what makes them unsafe in production."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

DOORS = ("family", "facility", "staff", "counter", "helper", "oversight", "kiosk", "signin")
LOGINS = (*DOORS, "jobs", "maintainer")
ROLE_PREFIX = "opvang_"

# A process holds the passwords of the logins it works under and no others: a web process cannot become the maintainer.
LOGINS_OF_PROCESS: Mapping[str, tuple[str, ...]] = {
    "web": DOORS,
    "worker": ("jobs",),
    "scheduler": ("jobs",),
    "migrate": ("maintainer",),
    "": LOGINS,
}
DEMO_SECRET = "only-for-a-demo-on-your-own-machine"  # noqa: S105  known to all on purpose
ENVIRONMENT_FILE = "environment.json"
KEY_BYTES = 32
MINIMUM_SECRET_LENGTH = 32
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "[::1]")
_TRUE = ("1", "true", "yes", "on")


@dataclass(frozen=True)
class Settings:
    """The settings of one process; `problems` says what a production start would refuse."""

    database_urls: Mapping[str, str]
    redis_url: str
    smtp_url: str
    relay_journal: Path | None
    secret_key: str = field(repr=False)
    master_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)
    data_dir: Path
    demo: bool
    production: bool
    base_url: str
    # The gateway that turns a mail to number@domain into a text message; empty: no texts are sent.
    text_mail_domain: str = ""
    clock_offset: timedelta = timedelta()
    pool_size: int = 4
    process: str = ""
    log_details: bool = False
    readable_key_files: tuple[str, ...] = ()
    # A folder on another disk than the database: the journal of erasures and the published heads of the audit.
    erasure_journal: Path | None = None
    # How many files or rows one nightly run may end, for each rule; at 0 nothing ends, and every page says so.
    retention_limit: int = 20_000

    @property
    def kept_apart(self) -> Path:
        """Return the folder of what a restored database is compared with; it is never restored along."""
        return self.erasure_journal or self.data_dir

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings; what is missing stays empty, for `problems` to name. Raises ValueError on nonsense."""
        environ = _beside_a_running_demo(environ)
        process = environ.get("OPVANGLOKET_PROCESS", "")
        if process not in LOGINS_OF_PROCESS:
            raise ValueError(f"OPVANGLOKET_PROCESS is one of {', '.join(filter(None, LOGINS_OF_PROCESS))}")
        demo = _is_true(environ.get("OPVANGLOKET_DEMO", ""))
        journal, erasures = environ.get("RELAY_JOURNAL", ""), environ.get("ERASURE_JOURNAL", "")
        return cls(
            database_urls=_database_urls(environ, LOGINS_OF_PROCESS[process]),
            redis_url=environ.get("REDIS_URL", ""),
            smtp_url=environ.get("SMTP_URL", ""),
            relay_journal=Path(journal) if journal else None,
            secret_key=environ.get("SECRET_KEY", DEMO_SECRET if demo else ""),
            master_key=_key(environ, "MASTER_KEY_FILE"),
            index_key=_key(environ, "INDEX_KEY_FILE"),
            data_dir=Path(environ.get("DATA_DIR", ".data")).absolute(),
            demo=demo,
            # Whoever says nothing means production: forgetting a setting must never open the demo.
            production=_is_true(environ.get("OPVANGLOKET_PRODUCTION", "" if demo else "1")),
            base_url=environ.get("BASE_URL", "").rstrip("/"),
            text_mail_domain=environ.get("TEXT_MAIL_DOMAIN", "text.invalid" if demo else ""),
            clock_offset=timedelta(seconds=float(environ.get("OPVANGLOKET_CLOCK_OFFSET", "0"))),
            pool_size=int(environ.get("DATABASE_POOL_SIZE", "4")),
            process=process,
            log_details=_is_true(environ.get("OPVANGLOKET_LOG_DETAILS", "")),
            readable_key_files=tuple(
                name for name in ("MASTER_KEY_FILE", "INDEX_KEY_FILE") if _readable_by_others(environ.get(name, ""))
            ),
            erasure_journal=Path(erasures).absolute() if erasures else None,
            retention_limit=int(environ.get("RETENTION_LIMIT", "20000")),
        )

    def problems(self) -> tuple[str, ...]:
        """Return one plain sentence for each setting that is missing or unsafe in production."""
        return (
            *self._problems_of_mode(),
            *self._problems_of_secrets(),
            *self._problems_of_databases(),
            *self._problems_of_redis(),
            *self._problems_of_mail(),
            *self._problems_of_restoring(),
        )

    def _problems_of_mode(self) -> list[str]:
        found = []
        if self.demo:
            found.append("OPVANGLOKET_DEMO is on: it publishes accounts, passwords and every mail.")
        if not self.production:
            found.append("OPVANGLOKET_PRODUCTION is off: unsafe settings would not stop the start.")
        if not self.base_url:
            found.append("BASE_URL is missing: mails cannot link to the site.")
        elif urlsplit(self.base_url).scheme != "https":
            found.append("BASE_URL is not https: cookies and personal data would travel in the open.")
        if self.clock_offset:
            found.append("OPVANGLOKET_CLOCK_OFFSET is set: the clock would not tell the real time.")
        if self.log_details:
            found.append("OPVANGLOKET_LOG_DETAILS is on: error texts can hold personal data.")
        return found

    def _problems_of_secrets(self) -> list[str]:
        found = []
        if not self.secret_key:
            found.append("SECRET_KEY is missing.")
        elif self.secret_key == DEMO_SECRET:
            found.append("SECRET_KEY is the demo's own, which everyone knows.")
        elif len(self.secret_key) < MINIMUM_SECRET_LENGTH:
            found.append(f"SECRET_KEY is shorter than {MINIMUM_SECRET_LENGTH} characters.")
        if not self.master_key:
            found.append("MASTER_KEY_FILE is missing: nothing could be encrypted.")
        if not self.index_key:
            found.append("INDEX_KEY_FILE is missing: no national number could be compared.")
        elif self.master_key == self.index_key:
            found.append("MASTER_KEY_FILE and INDEX_KEY_FILE hold the same key.")
        found.extend(f"{name} can be read by others: set its mode to 600." for name in self.readable_key_files)
        return found

    def _problems_of_databases(self) -> list[str]:
        needed = LOGINS_OF_PROCESS[self.process]
        missing = [login for login in needed if login not in self.database_urls]
        found = [f"DATABASE_URL_{login.upper()} is missing, and there is no DATABASE_URL." for login in missing]
        users: dict[str, str] = {}
        for login, url in self.database_urls.items():
            parts = urlsplit(url)
            query = parse_qs(parts.query)
            host = query.get("host", [parts.hostname or ""])[0]
            name = f"the database login {login}"
            user = unquote(parts.username or "")
            if user in users:
                found.append(f"{name.capitalize()} is the same role as {users[user]}: doors must not share one.")
            users.setdefault(user, login)
            if user != ROLE_PREFIX + login:
                found.append(f"{name.capitalize()} does not use the role {ROLE_PREFIX}{login}.")
            if host and not host.startswith("/"):
                if not parts.password and "passfile" not in query and "sslcert" not in query:
                    found.append(f"{name.capitalize()} has no password: the server must not trust whoever connects.")
                if host not in _LOCAL_HOSTS and query.get("sslmode", [""])[0] not in ("verify-full", "verify-ca"):
                    found.append(
                        f"{name.capitalize()} does not check the server's certificate: add sslmode=verify-full."
                    )
        return found

    def _problems_of_redis(self) -> list[str]:
        if not self.redis_url:
            return ["REDIS_URL is missing."]
        parts = urlsplit(self.redis_url)
        found = []
        if parts.scheme != "unix" and not parts.password:
            found.append("REDIS_URL has no password: whoever can write to the queue can start jobs.")
        if parts.scheme == "redis" and (parts.hostname or "") not in _LOCAL_HOSTS:
            found.append("REDIS_URL is not encrypted: use rediss://.")
        return found

    def _problems_of_mail(self) -> list[str]:
        found = []
        if not self.smtp_url:
            found.append("SMTP_URL is missing.")
        else:
            parts = urlsplit(self.smtp_url)
            encrypted = parts.scheme == "smtps" or "starttls" in parse_qs(parts.query, keep_blank_values=True)
            if (parts.hostname or "") not in _LOCAL_HOSTS and not encrypted:
                found.append("SMTP_URL is not encrypted: use smtps:// or add ?starttls.")
        if self.relay_journal is None:
            found.append("RELAY_JOURNAL is missing: after a fault nobody could tell which mails have left.")
        return found

    def _problems_of_restoring(self) -> list[str]:
        if self.erasure_journal is None:
            return ["ERASURE_JOURNAL is missing: a restored backup would bring back who was erased."]
        return []


def url_of_login(base: str, login: str) -> str:
    """Return the base URL with the user of one login and no password: passwords belong to one login each."""
    parts = urlsplit(base)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(ROLE_PREFIX + login)}@{place}").geturl()


def _database_urls(environ: Mapping[str, str], logins: tuple[str, ...]) -> dict[str, str]:
    base = environ.get("DATABASE_URL", "")
    urls = {}
    for login in logins:
        own = environ.get(f"DATABASE_URL_{login.upper()}", "")
        if own or base:
            urls[login] = own or url_of_login(base, login)
    return urls


def _key(environ: Mapping[str, str], name: str) -> bytes:
    path = environ.get(name, "")
    if not path:
        return b""
    try:
        key = bytes.fromhex(Path(path).read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        # The error's own text could show the key, and in a log it would stay.
        raise ValueError(f"{name} does not name a readable file with 64 hexadecimal digits") from (
            error if isinstance(error, OSError) else None
        )
    if len(key) != KEY_BYTES:
        raise ValueError(f"{name} holds {len(key)} bytes, and {KEY_BYTES} are needed")
    return key


def _readable_by_others(path: str) -> bool:
    return bool(path) and bool(Path(path).stat().st_mode & 0o077)


def _beside_a_running_demo(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Let a command typed in the checkout (`flask jobs list`) reach the parts that `make run` has started.

    Processes of an installation always carry OPVANGLOKET_PROCESS and never look for that file.
    """
    if any(name in environ for name in ("OPVANGLOKET_PROCESS", "OPVANGLOKET_PRODUCTION", "DATABASE_URL")):
        return environ
    path = Path(environ.get("DATA_DIR", ".data")) / ENVIRONMENT_FILE
    if not path.is_file():
        return environ
    return {**json.loads(path.read_text(encoding="utf-8")), **environ}


def _is_true(value: str) -> bool:
    return value.strip().lower() in _TRUE
