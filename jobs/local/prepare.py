"""One child of `make run`: roles, tables, access relation, translations and demo data, in one process.

Skipped at a later start when the code that decides on them did not change.
"""

from __future__ import annotations

import os
import sys

from app import create_app
from app.core import logs
from app.core.settings import Settings
from app.web.i18n import compile_catalogues
from jobs.demo.load import load
from jobs.local.databases import make_database, make_roles, roles_exist
from jobs.local.places import STAMP, fingerprint
from jobs.migrate import migrate


def main() -> int:
    """Prepare the database that the environment names; the administrator's URL is given for the embedded one only."""
    logs.configure("prepare", details=True)  # every person in a demo is invented
    compile_catalogues()
    administrator = os.environ.get("OPVANGLOKET_ADMINISTRATOR_URL", "")
    settings = Settings.from_env(os.environ)
    if administrator:
        server = administrator.replace("/opvangloket?", "/postgres?", 1)
        make_roles(server)
        make_database(server, "opvangloket")
    elif not roles_exist(settings.database_urls["maintainer"]):
        sys.stderr.write("The database has no logins yet. Its administrator makes them with: flask db-roles --sql\n")
        return 1
    migrate(settings)
    load(create_app(settings))
    (settings.data_dir / STAMP).write_text(fingerprint() + "\n", encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
