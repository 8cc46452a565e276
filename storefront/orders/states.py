"""What a state is called. English sentences marked for the catalogues; the glossary's words."""

from __future__ import annotations

from storefront.kernel.translated import N_

ORDER_STATES = {
    "awaiting_payment": N_("Awaiting payment"),
    "part_paid": N_("Partly paid"),
    "placed": N_("Payment confirmed"),
    "completed": N_("Completed"),
    "cancelled": N_("Cancelled"),
    "expired": N_("Expired"),
}
PART_STATES = {
    "waiting": N_("Awaiting payment"),
    "to_confirm": N_("Payment confirmed"),
    "accepted": N_("Being prepared"),
    "making": N_("In production"),
    "ready": N_("Ready to ship"),
    "partly_shipped": N_("Partially shipped"),
    "shipped": N_("Shipped"),
    "delivered": N_("Delivered"),
    "completed": N_("Completed"),
    "declined": N_("Declined by the workshop"),
    "cancelled": N_("Cancelled"),
    "in_dispute": N_("Under review"),
}
REFUND_STATES = {
    "requested": N_("Refund requested"),
    "approved": N_("Refund approved"),
    "rejected": N_("Refund refused"),
    "sent": N_("Refund on its way"),
    "done": N_("Refunded"),
    "failed": N_("Refund delayed"),
}
PARCEL_STATES = {
    "planned": N_("Planned"),
    "packed": N_("Packed"),
    "handed_over": N_("Handed to the courier"),
    "in_transit": N_("In transit"),
    "delivered": N_("Delivered"),
    "returned": N_("Returned"),
    "lost": N_("Lost"),
}
ANCHORS = {
    "new": N_("New"),
    "making": N_("Making"),
    "ready": N_("Ready"),
    "done": N_("Done"),
}
ACTORS = {
    "buyer": N_("Buyer"),
    "artisan": N_("Artisan"),
    "council": N_("Council"),
    "system": N_("System"),
    "provider": N_("Payment provider"),
}
KINDS_OF_BADGE = {
    "to_confirm": "warn",
    "delivered": "ok",
    "completed": "ok",
    "declined": "danger",
    "cancelled": "danger",
    "expired": "danger",
    "failed": "danger",
    "in_dispute": "danger",
    "awaiting_payment": "warn",
    "done": "ok",
}
