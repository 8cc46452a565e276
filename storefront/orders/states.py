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
    "to_confirm": N_("Waiting for the workshop"),
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
PAYMENT_STATES = {
    "created": N_("Begun"),
    "pending": N_("At the provider"),
    "confirmed": N_("Money arrived"),
    "failed": N_("Not accepted"),
    "expired": N_("Expired"),
    "cancelled": N_("Cancelled"),
    "charged_back": N_("Disputed by the bank"),
}
# What a row of an order's history says: machine and verb.
EVENTS = {
    "order open": N_("Order placed"),
    "order pay": N_("Order paid"),
    "order pay_part": N_("A part of the price paid"),
    "order expire": N_("Order expired"),
    "order cancel": N_("Order cancelled"),
    "order complete": N_("Order completed"),
    "order reopen": N_("Order reopened"),
    "sub_order open": N_("Part opened"),
    "sub_order pay": N_("Handed to the workshop"),
    "sub_order accept": N_("Accepted by the workshop"),
    "sub_order decline": N_("Declined by the workshop"),
    "sub_order cancel": N_("Part cancelled"),
    "sub_order make": N_("Work begun"),
    "sub_order ready": N_("Finished and packed"),
    "sub_order ship": N_("All pieces shipped"),
    "sub_order ship_part": N_("Some pieces shipped"),
    "sub_order deliver": N_("Part arrived"),
    "sub_order complete": N_("Part completed"),
    "sub_order dispute": N_("Under review"),
    "sub_order release": N_("Review ended"),
    "payment confirm": N_("Money arrived"),
    "parcel hand_over": N_("Parcel handed to the courier"),
    "parcel deliver": N_("Parcel delivered"),
    "refund request": N_("Refund requested"),
    "refund approve": N_("Refund approved"),
    "refund reject": N_("Refund refused"),
    "refund send": N_("Refund on its way"),
    "refund finish": N_("Refunded"),
    "refund fail": N_("Refund failed"),
}
WAYS = {
    "provider": N_("Through the payment provider"),
    "transfer": N_("By bank transfer"),
}
CAUSES = {
    "declined": N_("Declined by the workshop"),
    "cancelled_early": N_("Cancelled before acceptance"),
    "cancelled_late": N_("Cancelled after acceptance"),
    "sold_meanwhile": N_("Sold meanwhile"),
}
CHANNELS = {
    "web": N_("Web shop"),
    "staff": N_("Written by staff"),
    "wholesale": N_("Wholesale"),
    "fair": N_("Fair"),
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
