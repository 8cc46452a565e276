"""Stock: nothing is sold twice, nothing is promised twice, every change has a cause."""

from __future__ import annotations

from storefront.audit.invariant import Invariant

CHECKS = [
    Invariant(
        "I1",
        "Stock and promised pieces are never negative, nor more promised than there is",
        (
            """SELECT id AS variant, sku, on_hand, held FROM variant
               WHERE on_hand < 0 OR held < 0 OR held > on_hand""",
            """SELECT id AS variant, sku, on_hand, held FROM variant
               WHERE NOT counted AND (on_hand <> 0 OR held <> 0)""",
            """SELECT v.product_id AS product, SUM(v.on_hand) AS on_hand FROM variant v
               JOIN product p ON p.id = v.product_id
               WHERE p.availability = 'one_of_a_kind'
               GROUP BY v.product_id HAVING SUM(v.on_hand) > 1""",
        ),
    ),
    Invariant(
        "I2",
        "Promised pieces are the sum of the living holds",
        (
            """SELECT v.id AS variant, v.sku, v.held, COALESCE(h.pieces, 0) AS pieces
               FROM variant v
               LEFT JOIN (SELECT variant_id, SUM(quantity) AS pieces FROM hold
                          WHERE state = 'held' GROUP BY variant_id) h ON h.variant_id = v.id
               WHERE v.held <> COALESCE(h.pieces, 0)""",
        ),
    ),
    Invariant(
        "I3",
        "Stock is the sum of its movements, and every sale is one movement",
        (
            """SELECT v.id AS variant, v.sku, v.on_hand, COALESCE(m.pieces, 0) AS pieces
               FROM variant v
               LEFT JOIN (SELECT variant_id, SUM(quantity) AS pieces FROM stock_movement
                          GROUP BY variant_id) m ON m.variant_id = v.id
               WHERE v.on_hand <> COALESCE(m.pieces, 0)""",
            """SELECT h.id AS hold, h.order_line_id AS line, h.quantity, m.pieces
               FROM hold h
               LEFT JOIN (SELECT order_line_id, SUM(quantity) AS pieces FROM stock_movement
                          WHERE cause = 'sale' GROUP BY order_line_id) m
                    ON m.order_line_id = h.order_line_id
               WHERE h.state = 'allocated' AND COALESCE(m.pieces, 0) <> -h.quantity""",
        ),
    ),
    Invariant(
        "I4",
        "A one-of-a-kind piece is in one living order at most",
        (
            """SELECT l.product_id AS product, SUM(l.quantity - l.restocked_quantity) AS sold
               FROM order_line l
               JOIN product p ON p.id = l.product_id AND p.availability = 'one_of_a_kind'
               JOIN sub_order s ON s.id = l.sub_order_id
               JOIN "order" o ON o.id = l.order_id
               WHERE l.availability = 'one_of_a_kind'
                 AND s.state NOT IN ('cancelled', 'declined')
                 AND o.state NOT IN ('cancelled', 'expired')
               GROUP BY l.product_id HAVING SUM(l.quantity - l.restocked_quantity) > 1""",
        ),
    ),
    Invariant(
        "I5",
        "No promise outlives its deadline and grace, or the order it was made for",
        (
            """SELECT h.id AS hold, h.order_id AS "order", o.state, h.expires_at
               FROM hold h JOIN "order" o ON o.id = h.order_id
               WHERE h.state = 'held' AND o.state IN ('placed', 'completed', 'cancelled',
                                                      'expired')""",
            """SELECT h.id AS hold, h.order_id AS "order", o.state, h.expires_at
               FROM hold h JOIN "order" o ON o.id = h.order_id
               WHERE h.state = 'held' AND o.state = 'awaiting_payment'
                 AND h.expires_at < :grace
                 AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.order_id = o.id
                                 AND p.provider <> 'transfer' AND p.state = 'pending')""",
        ),
    ),
    Invariant(
        "I6",
        "No piece comes back to stock more often than it was sold",
        (
            """SELECT l.id AS line, l.quantity, l.restocked_quantity,
                      COALESCE(m.pieces, 0) AS moved
               FROM order_line l
               LEFT JOIN (SELECT order_line_id, SUM(quantity) AS pieces FROM stock_movement
                          WHERE cause = 'restock' GROUP BY order_line_id) m
                    ON m.order_line_id = l.id
               WHERE l.restocked_quantity > l.quantity
                  OR l.restocked_quantity <> COALESCE(m.pieces, 0)""",
        ),
    ),
]
