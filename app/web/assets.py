"""Style sheets and scripts: hashed names, kept in memory already compressed, cached for ever by the browser."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import brotli
from flask import Flask, Response, abort, request

FOLDER = Path(__file__).resolve().parents[1] / "static"
SERVED = frozenset({".css", ".js", ".svg"})
IMMUTABLE = "public, max-age=31536000, immutable"
PREFIX = "/static/"


@dataclass(frozen=True)
class Asset:
    """One file under its hashed name, in each encoding."""

    name: str
    hashed: str
    content_type: str
    plain: bytes
    brotli: bytes
    gzip: bytes

    @classmethod
    def read(cls, path: Path, folder: Path) -> Asset:
        """Read a file of the folder."""
        plain = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        digest = hashlib.sha256(plain).hexdigest()[:10]
        stem = PurePosixPath(name)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return cls(
            name=name,
            hashed=str(stem.with_name(f"{stem.stem}.{digest}{stem.suffix}")),
            content_type="text/javascript; charset=utf-8" if stem.suffix == ".js" else f"{kind}; charset=utf-8",
            plain=plain,
            brotli=brotli.compress(plain, mode=brotli.MODE_TEXT, quality=11),
            gzip=gzip.compress(plain, 9, mtime=0),
        )


class Assets:
    """Every served file of a folder, read once at start."""

    def __init__(self, folder: Path = FOLDER) -> None:
        files = sorted(path for path in folder.rglob("*") if path.suffix in SERVED)
        self.by_name = {path.relative_to(folder).as_posix(): Asset.read(path, folder) for path in files}
        self.by_hashed = {asset.hashed: asset for asset in self.by_name.values()}

    def url(self, name: str) -> str:
        """Return the address of a file, raising KeyError when there is none."""
        return PREFIX + self.by_name[name].hashed


def of(app: Flask) -> Assets:
    """Return the assets of an application."""
    found: Assets = app.extensions["assets"]
    return found


def answer(asset: Asset) -> Response:
    """Return a file in the encoding the browser prefers."""
    accepted = request.accept_encodings
    if accepted["br"] > 0:
        response = Response(asset.brotli, content_type=asset.content_type)
        response.content_encoding = "br"
    elif accepted["gzip"] > 0:
        response = Response(asset.gzip, content_type=asset.content_type)
        response.content_encoding = "gzip"
    else:
        response = Response(asset.plain, content_type=asset.content_type)
    response.headers["Cache-Control"] = IMMUTABLE
    response.vary.add("Accept-Encoding")
    return response


def register(app: Flask) -> tuple[str, ...]:
    """Read the files and serve them at /static/<hashed name>; returns the endpoint, for declaration."""
    held = app.extensions["assets"] = Assets()

    def static(filename: str) -> Response:
        """Send one file; an old or unknown hash is 404, so that nothing wrong is ever cached under it."""
        asset = held.by_hashed.get(filename)
        if asset is None:
            abort(404)
        return answer(asset)

    app.add_url_rule(f"{PREFIX}<path:filename>", "static", static, methods=["GET"])
    return ("static",)
