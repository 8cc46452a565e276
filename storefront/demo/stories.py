"""The demo's orders as stories: every state an order, its parts, payments and refunds can be in.

Each function tells one order; `yield` waits for its next moment.
"""

from __future__ import annotations

import sqlalchemy as sa

from storefront import orders
from storefront.artisans import Artisan
from storefront.demo.buying import BUYER, newest_payment, open_next, pay, place
from storefront.demo.clockwork import Story, ago, hours_ago
from storefront.demo.papers import sample_paper
from storefront.demo.people import person
from storefront.kernel.db import db
from storefront.media import add_file
from storefront.orders import Actor, Order, Refund, SubOrder
from storefront.payments import add_proof, cancel_payment, expire_payment, open_task


def all_stories() -> list[Story]:
    """Every story of the demo; told together, in the order of their moments."""
    return [
        an_early_order_is_completed(),
        two_workshops_for_seoul(),
        a_withdrawal_from_lyon(),
        two_covers_for_kochi(),
        a_shirt_and_gipang_for_jakarta(),
        five_milkfish_to_collect(),
        a_transfer_is_awaited(),
        a_proof_waits_for_finance(),
        a_unique_piece_nobody_paid(),
        given_up_before_paying(),
        declined_because_damaged(),
        a_refund_to_be_transferred(),
        a_refund_that_was_transferred(),
        sent_in_two_parcels(),
        arrived_two_days_ago(),
        money_that_came_late(),
        too_little_money(),
        nobody_answers(),
        accepted_and_not_begun(),
        uniforms_in_two_instalments(),
        sold_to_somebody_else(),
        called_off_in_the_workshop(),
    ]


# -- the order's parts, by workshop code ----------------------------------------------------------


def part(order_id: int, code: str) -> int:
    """The sub-order of a workshop."""
    query = sa.select(SubOrder.id).join(Artisan, Artisan.id == SubOrder.artisan_id)
    return db.session.scalars(
        query.where(SubOrder.order_id == order_id, Artisan.code == code)
    ).one()


def maker(code: str) -> Actor:
    """The workshop's own person."""
    query = sa.select(Artisan.applicant_id).where(Artisan.code == code)
    return Actor("artisan", db.session.scalars(query).one())


def finance() -> Actor:
    """The council's finance desk."""
    return Actor("council", person("finance@example.com").id)


def accept(order_id: int, code: str) -> None:
    orders.accept(part(order_id, code), maker(code))


def make(order_id: int, code: str) -> None:
    orders.start_making(part(order_id, code), maker(code))


def ready(order_id: int, code: str) -> None:
    orders.mark_ready(part(order_id, code), maker(code))


def ship(order_id: int, code: str, courier: str, number: str) -> None:
    orders.ship(part(order_id, code), maker(code), courier=courier, tracking_number=number)


def deliver(order_id: int, code: str) -> None:
    orders.deliver(part(order_id, code), BUYER)


def call_off_payment(order_id: int, why: str) -> None:
    """The open attempt to pay is over, as the sweeper would find."""
    expire_payment(newest_payment(order_id), why, "system")


# -- the stories ----------------------------------------------------------------------------------


def an_early_order_is_completed() -> Story:
    yield ago(74, 15, 10)
    order = place("elodie", [("TLP-01", 1), ("ATK-05", 2)])
    yield ago(74, 15, 14)
    pay(order)
    yield ago(73, 9, 5)
    accept(order, "TLP")
    accept(order, "ATK")
    yield ago(71, 10, 30)
    ship(order, "TLP", "EMS", "EE000000101ID")
    ship(order, "ATK", "EMS", "EE000000102ID")
    yield ago(59, 16, 0)
    deliver(order, "TLP")
    deliver(order, "ATK")
    yield ago(52, 17, 0)
    orders.complete(part(order, "TLP"))
    orders.complete(part(order, "ATK"))


def two_workshops_for_seoul() -> Story:
    yield ago(9, 11, 42)
    order = place("garam", [("GDK-02", 1), ("TKS-03", 1)])
    yield ago(9, 11, 47)
    pay(order)
    yield ago(9, 16, 20)
    accept(order, "GDK")
    yield ago(8, 8, 10)
    accept(order, "TKS")
    yield ago(6, 13, 0)
    ready(order, "TKS")
    yield ago(5, 10, 15)
    ship(order, "GDK", "EMS", "EE000000201ID")


def a_withdrawal_from_lyon() -> Story:
    """Declared on the ninth day after delivery; the council has yet to approve it."""
    yield ago(30, 20, 5)
    order = place("elodie", [("GDK-04", 1)])
    yield ago(30, 20, 9)
    pay(order)
    yield ago(29, 9, 0)
    accept(order, "GDK")
    yield ago(27, 11, 30)
    ship(order, "GDK", "EMS", "EE000000301ID")
    yield ago(11, 18, 0)
    deliver(order, "GDK")
    yield ago(4, 18, 30)
    orders.complete(part(order, "GDK"))
    yield ago(2, 9, 20)
    orders.locked_order(order)
    sold = db.session.get_one(SubOrder, part(order, "GDK"))
    orders.request_refund(sold, {sold.lines[0]: 1}, cause="withdrawal", actor=_buyer(order))


def two_covers_for_kochi() -> Story:
    yield hours_ago(7)
    order = place("anvika", [("RBA-01", 2)])
    yield hours_ago(6.9)
    pay(order)


def a_shirt_and_gipang_for_jakarta() -> Story:
    yield ago(5, 19, 30)
    order = place("bima", [("KJT-01-L", 1), ("DGS-04", 1)], provider="transfer")
    yield ago(4, 8, 45)
    pay(order, finance())
    yield ago(4, 10, 0)
    accept(order, "KJT")
    accept(order, "DGS")
    yield ago(3, 8, 0)
    make(order, "KJT")
    yield ago(3, 14, 25)
    ship(order, "DGS", "JNE", "CGK0000000401")


def five_milkfish_to_collect() -> Story:
    yield ago(1, 9, 50)
    order = place("serang", [("SBT-01", 5)], provider="transfer")
    yield ago(1, 11, 15)
    pay(order, finance())
    yield ago(1, 12, 5)
    accept(order, "SBT")
    yield hours_ago(1.5)
    ready(order, "SBT")


def a_transfer_is_awaited() -> Story:
    yield hours_ago(2)
    place("serang", [("PKA-02", 3), ("DGS-01", 2)], provider="transfer")


def a_proof_waits_for_finance() -> Story:
    yield hours_ago(9)
    order = place("bima", [("ATK-01", 1)], provider="transfer")
    yield hours_ago(5)
    payment = newest_payment(order)
    proof = add_file(sample_paper("Bukti transfer", payment.reference), is_demo=True)
    add_proof(payment.id, proof.id, "Transfer dari Bank Contoh")
    open_task("transfer_proof", f"proof:{payment.id}", order_id=order, payment_id=payment.id)


def a_unique_piece_nobody_paid() -> Story:
    yield ago(6, 10, 0)
    order = place("bima", [("KTS-03", 1)], provider="transfer")
    yield ago(6, 17, 10)
    call_off_payment(order, "deadline")
    orders.expire_order(order)


def given_up_before_paying() -> Story:
    yield ago(8, 21, 15)
    order = place("anvika", [("TKS-01", 1)])
    yield ago(8, 21, 31)
    cancel_payment(newest_payment(order), "order cancelled")
    orders.cancel_order(order, _buyer(order), "buyer_changed_mind")


def declined_because_damaged() -> Story:
    """The cloth is damaged: that part is refunded at once, the other one goes its way."""
    yield ago(15, 13, 0)
    order = place("anvika", [("SMP-02", 1), ("KTS-01", 1)])
    yield ago(15, 13, 6)
    pay(order)
    yield ago(14, 9, 40)
    orders.decline(part(order, "SMP"), maker("SMP"), "damaged_in_stock")
    yield ago(14, 11, 0)
    accept(order, "KTS")
    yield ago(12, 15, 30)
    ship(order, "KTS", "EMS", "EE000000501ID")


def a_refund_to_be_transferred() -> Story:
    """Called off before the workshop accepted; finance waits for the buyer's account."""
    yield ago(2, 7, 55)
    order = place("bima", [("KTS-05", 2)], provider="transfer")
    yield ago(2, 10, 20)
    pay(order, finance())
    yield ago(1, 8, 30)
    orders.cancel_part(part(order, "KTS"), _buyer(order), "buyer_changed_mind")


def a_refund_that_was_transferred() -> Story:
    yield ago(25, 8, 0)
    order = place("serang", [("PKA-04", 4)], provider="transfer")
    yield ago(25, 10, 30)
    pay(order, finance())
    yield ago(24, 9, 15)
    orders.decline(part(order, "PKA"), maker("PKA"), "materials_missing")
    yield ago(23, 14, 0)
    proof = add_file(sample_paper("Bukti pengembalian dana"), is_demo=True)
    refund = db.session.scalars(sa.select(Refund.id).where(Refund.order_id == order)).one()
    orders.refund_sent(refund, finance())
    orders.refund_done(refund, finance(), proof_id=proof.id)


def sent_in_two_parcels() -> Story:
    yield ago(7, 12, 0)
    order = place("garam", [("KTS-02", 3)])
    yield ago(7, 12, 8)
    pay(order)
    yield ago(6, 9, 0)
    accept(order, "KTS")
    yield ago(4, 16, 10)
    sold = db.session.get_one(SubOrder, part(order, "KTS"))
    orders.ship(
        sold.id,
        maker("KTS"),
        courier="EMS",
        tracking_number="EE000000601ID",
        pieces={sold.lines[0].id: 2},
    )


def arrived_two_days_ago() -> Story:
    yield ago(20, 17, 45)
    order = place("garam", [("TLP-04", 1)])
    yield ago(20, 17, 49)
    pay(order)
    yield ago(19, 8, 20)
    accept(order, "TLP")
    yield ago(17, 13, 35)
    ship(order, "TLP", "EMS", "EE000000701ID")
    yield ago(2, 12, 0)
    deliver(order, "TLP")


def money_that_came_late() -> Story:
    """The transfer arrived after the deadline; the pieces were still there."""
    yield ago(6, 9, 0)
    order = place("bima", [("GDK-03", 1)], provider="transfer")
    yield ago(5, 10, 30)
    call_off_payment(order, "deadline")
    orders.expire_order(order)
    yield ago(5, 14, 0)
    pay(order, finance())
    yield ago(4, 9, 0)
    accept(order, "GDK")
    yield ago(3, 8, 30)
    make(order, "GDK")


def too_little_money() -> Story:
    """Two thousand rupiah less than asked: kept apart until finance has spoken to the buyer."""
    yield hours_ago(20)
    order = place("serang", [("DGS-02", 2)], provider="transfer")
    yield hours_ago(16)
    pay(order, finance(), minor=newest_payment(order).amount_minor - 2_000)


def nobody_answers() -> Story:
    yield ago(3, 10, 0)
    order = place("anvika", [("SMP-05", 1)])
    yield ago(3, 10, 5)
    pay(order)
    yield hours_ago(3)
    sold = part(order, "SMP")
    if sold in orders.overdue_to_accept():
        orders.alert_council(sold)


def accepted_and_not_begun() -> Story:
    yield ago(2, 14, 20)
    order = place("elodie", [("SMP-03", 1)])
    yield ago(2, 14, 24)
    pay(order)
    yield ago(1, 10, 45)
    accept(order, "SMP")


def uniforms_in_two_instalments() -> Story:
    """Taken by the staff: half now, half before shipping."""
    yield ago(3, 11, 0)
    order = place(
        "bima",
        [("KJT-05", 24)],
        provider="transfer",
        channel="staff",
        shares=[(5_000, 1), (5_000, 30)],
    )
    yield ago(2, 9, 10)
    pay(order, finance())
    open_next(db.session.get_one(Order, order), finance())


def sold_to_somebody_else() -> Story:
    """Paid after the deadline, when the only piece had gone to another buyer."""
    yield ago(10, 9, 0)
    late = place("bima", [("TKS-05", 1)], provider="transfer")
    yield ago(10, 16, 30)
    call_off_payment(late, "deadline")
    orders.expire_order(late)
    yield ago(9, 14, 0)
    quicker = place("garam", [("TKS-05", 1)])
    yield ago(9, 14, 3)
    pay(quicker)
    yield ago(9, 17, 30)
    pay(late, finance())
    yield ago(8, 10, 0)
    accept(quicker, "TKS")
    yield ago(7, 9, 30)
    ship(quicker, "TKS", "EMS", "EE000000801ID")


def called_off_in_the_workshop() -> Story:
    """After acceptance a person at the council decides about the refund."""
    yield ago(13, 10, 0)
    order = place("elodie", [("RBA-04", 1)])
    yield ago(13, 10, 4)
    pay(order)
    yield ago(12, 9, 0)
    accept(order, "RBA")
    yield ago(11, 10, 0)
    make(order, "RBA")
    yield ago(9, 15, 0)
    council = Actor("council", person("admin@example.com").id)
    orders.cancel_part(part(order, "RBA"), council, "buyer_wrong_details", still_there=())
    refund = db.session.scalars(sa.select(Refund.id).where(Refund.order_id == order)).one()
    orders.approve_refund(refund, finance(), "buyer_wrong_details")


def _buyer(order_id: int) -> Actor:
    return Actor("buyer", db.session.get_one(Order, order_id).user_id)
