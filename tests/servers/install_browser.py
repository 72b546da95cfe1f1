"""See to a Chromium for the tests: the machine's own, Debian's package, or the browser tool's download."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.servers.browsing import browser_program


def main() -> int:
    """Find or install a Chromium; says in a plain sentence when there is none and none can be had."""
    if browser_program() or _own_download():
        return 0
    sys.stderr.write("Installing Chromium for the tests (once)...\n")
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (
            ["update", "-qq"],
            ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
        ):
            subprocess.run(["apt-get", *step], env=environ, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
        if browser_program():
            return 0
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)
    if _own_download():
        return 0
    sys.stderr.write(
        "The tests need Chromium, and none could be installed."
        " Install the package chromium, or set CHROMIUM to a program.\n"
    )
    return 1


def _own_download() -> bool:
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


if __name__ == "__main__":
    sys.exit(main())
