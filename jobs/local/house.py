"""The processes of the house as functions; importing this loads the whole application, before the supervisor forks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from app.web.i18n import compile_catalogues
from jobs import entry
from jobs.local import prepare as preparing
from jobs.local import relay

for _module in entry.COMMANDS.values():
    import_module(_module)


def translate() -> None:
    """Compile the catalogues of texts that changed."""
    compile_catalogues()


def prepare() -> int:
    """Bring database and translations to the present state."""
    return preparing.main()


def processes(environ: Mapping[str, str], journal: Path) -> Iterator[tuple[str, Callable[[], int]]]:
    """Yield every process to keep running; the relay only when nobody gave another one."""
    yield "web", partial(entry.main, ["web"])
    if environ.get("RELAY_JOURNAL") == str(journal):
        yield "relay", partial(relay.run, urlsplit(environ["SMTP_URL"]).port or 0, journal)
    yield "worker", partial(entry.main, ["worker"])
    yield "scheduler", partial(entry.main, ["scheduler"])
