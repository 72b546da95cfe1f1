"""A square code for a phone's camera, as a drawing in the page: no request, no script."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup

_QUIET_ZONE = 4


def qr_drawing(address: str, label: str, *, scale: int = 4) -> Markup:
    """Return the code of an address as SVG, black on white in whatever scheme; `label` says what it is for."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn,
        kind="svg",
        scale=scale,
        border=_QUIET_ZONE,
        xmldecl=False,
        svgns=False,
        nl=False,
        dark="#000",
        light="#fff",
        svgclass="qr",
        lineclass=None,
    )
    head, body = drawn.getvalue().decode("ascii").split(">", 1)
    # The pictograms of the house are drawn with a broad round pen, which every drawing on a page inherits.
    body = body.replace(' stroke="#000"', ' stroke="#000" stroke-width="1" stroke-linecap="butt"')
    body = body.replace(' fill="#fff"', ' fill="#fff" stroke="none"')
    return Markup('{} role="img" aria-label="{}">').format(Markup(head), label) + Markup(body)  # noqa: S704
