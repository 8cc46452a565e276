"""What must hold at every moment, as queries that return no row. `flask audit` runs them all."""

from __future__ import annotations

from flask import Flask

from storefront.audit import access, messages, money, orders, stock
from storefront.audit.invariant import Finding, Invariant, check
from storefront.kernel.db import db

INVARIANTS: list[Invariant] = sorted(
    [*stock.CHECKS, *orders.CHECKS, *money.CHECKS, *messages.CHECKS, *access.CHECKS],
    key=lambda invariant: int(invariant.id[1:]),
)


def run_audit(app: Flask, *only: str) -> list[Finding]:
    """Check all invariants, or those named; reads only. Needs an open app context."""
    findings = [check(each, app) for each in INVARIANTS if not only or each.id in only]
    db.session.rollback()
    return findings


__all__ = ["INVARIANTS", "Finding", "Invariant", "run_audit"]
