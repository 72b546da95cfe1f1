"""Messages about what leaves the house: to overseers, to recipients, and to a family that may be told."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.web.mails.letter import Letter

DELIVERIES = "oversight/deliveries"
SEE_DELIVERIES = N_("See the deliveries:")

TRANSFER_LETTERS: Mapping[str, Letter] = {
    "disclosure_told": Letter(
        N_("We gave data of your file to an authority"),
        (
            N_("A public authority asked for data of your file. The law obliged us to give them."),
            N_("On your own page you see to whom we gave them, when, and exactly which."),
        ),
        link="my/given",
        link_text=N_("See who got your data:"),
    ),
    "correction_ready": Letter(
        N_("Corrections are ready for you"),
        (
            N_("Some data that we gave you are no longer right, or have to be taken out."),
            N_(
                "A file with the corrections is ready. We bring it to you by the usual way. This message holds no data."
            ),
        ),
    ),
    "delivery_refused": Letter(
        N_("A file was stopped before it left"),
        (
            N_("A file was about to be made for somebody who may not get it, or for something else than we agreed."),
            N_("It was not made. Nothing left. Look who asked for it, and why."),
        ),
        link=DELIVERIES,
        link_text=SEE_DELIVERIES,
    ),
    "delivery_waits": Letter(
        N_("A file waits for a key"),
        (
            N_("A file was agreed to, and the recipient has no certificate that a second person checked."),
            N_("It is made as soon as there is one."),
        ),
        link=DELIVERIES,
        link_text=SEE_DELIVERIES,
    ),
    "correction_waits": Letter(
        N_("Corrections wait for a key"),
        (
            N_("Data that %(party)s has from us changed. There is no valid certificate, so we cannot tell it yet."),
            N_("Ask for a new certificate, and let a second person check it."),
        ),
        ("party",),
        link="oversight/recipients",
        link_text=N_("See the certificates:"),
    ),
    "removal_untold": Letter(
        N_("Tell a recipient by hand"),
        (
            N_("A file is erased at the family's request. %(party)s has data of it, and has no valid certificate."),
            N_("We could make no file for them. Tell them by another way, today."),
        ),
        ("party",),
        link=DELIVERIES,
        link_text=SEE_DELIVERIES,
    ),
    "recipient_key_ends": Letter(
        N_("A certificate of a recipient ends soon"),
        (
            N_("The certificate of %(party)s holds until %(ends_on)s. After that day no file is made for them."),
            N_("Ask for a new one, and let a second person check it."),
        ),
        ("party", "ends_on"),
        link="oversight/recipients",
        link_text=N_("See the certificates:"),
    ),
}
