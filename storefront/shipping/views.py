"""The council's delivery desk: services and their bands, switches per country, destinations."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from storefront.kernel import settings
from storefront.kernel.db import db
from storefront.kernel.errors import NotFound, StaleVersion
from storefront.shipping import actions
from storefront.shipping.forms import BandForm, DestinationForm, ServiceForm, SwitchForm
from storefront.shipping.models import Destination, RateBand, Service, ServiceSwitch, Zone
from storefront.web import access, council_blueprint, once, render, say, signed_in
from storefront.web.forms import VersionedForm

council = council_blueprint("shipping", __name__)


@council.get("/shipping")
@access("council")
def services() -> ResponseReturnValue:
    """All services with their state, and all destinations."""
    return render(
        "shipping/council/services.html",
        services=list(db.session.scalars(sa.select(Service).order_by(Service.position))),
        destinations=list(db.session.scalars(sa.select(Destination).order_by(Destination.id))),
        has_person=bool(settings.get("shipping.responsible_person")),
    )


@council.route("/shipping/services/<key>", methods=["GET", "POST"])
@access(GET="council", POST="council:finance,curator")
def service(key: str) -> ResponseReturnValue:
    """One service: on or off, its bands, and where it does not go for now."""
    row = _service(key)
    form: Any = ServiceForm(obj=row)
    if form.accepted():
        row_id, user_id = row.id, signed_in().user_id
        try:
            return once(
                lambda: actions.set_service(
                    row_id,
                    _version(form),
                    is_active=form.is_active.data,
                    checked_on=form.checked_on.data,
                    user_id=user_id,
                ),
                then=lambda _row: url_for("shipping_council.service", key=key),
                say=_("Saved."),
            )
        except StaleVersion as error:
            form.form_errors.append(say(error))
    return _service_page(_service(key), form)


def _service_page(row: Service, form: Any) -> ResponseReturnValue:
    bands = sa.select(RateBand, Zone).join(Zone).where(RateBand.service_id == row.id)
    switches = sa.select(ServiceSwitch).where(ServiceSwitch.service_id == row.id)
    content = render(
        "shipping/council/service.html",
        service=row,
        form=form,
        bands=db.session.execute(bands.order_by(Zone.position)).all(),
        switches=list(db.session.scalars(switches)),
        switch_form=SwitchForm(),
    )
    return content, 422 if form.errors or form.form_errors else 200


@council.route("/shipping/bands/<int:band_id>", methods=["GET", "POST"])
@access(GET="council", POST="council:finance,curator")
def band(band_id: int) -> ResponseReturnValue:
    """A service's fees and days into one zone."""
    row = db.session.get(RateBand, band_id)
    if row is None:
        raise NotFound()
    form: Any = BandForm(obj=row)
    owner = db.session.get_one(Service, row.service_id)
    if form.accepted():
        key, user_id = owner.key, signed_in().user_id
        figures = (
            form.first_idr.data,
            form.further_idr.data,
            form.days_min.data,
            form.days_max.data,
        )
        try:
            return once(
                lambda: actions.set_band(band_id, _version(form), figures, user_id),
                then=lambda _row: url_for("shipping_council.service", key=key),
                say=_("Saved. Orders already placed keep their price."),
            )
        except StaleVersion as error:
            form.form_errors.append(say(error))
    row = db.session.get_one(RateBand, band_id)
    content = render(
        "shipping/council/band.html",
        form=form,
        service=db.session.get_one(Service, row.service_id),
        zone=db.session.get_one(Zone, row.zone_id),
        band=row,
    )
    return content, 422 if form.errors or form.form_errors else 200


@council.post("/shipping/services/<key>/stop")
@access("council:finance,curator")
def stop(key: str) -> ResponseReturnValue:
    """The service does not go to a country for now."""
    row, form = _service(key), SwitchForm()
    if not form.accepted():
        return _service_page(row, ServiceForm(obj=row))
    row_id, user_id = row.id, signed_in().user_id
    country, reason = str(form.country.data), form.reason.data or ""
    return once(
        lambda: actions.switch_off(row_id, country, reason, user_id),
        then=lambda _none: url_for("shipping_council.service", key=key),
        say=_("Stopped for that country."),
    )


@council.post("/shipping/services/<key>/go/<country>")
@access("council:finance,curator")
def go(key: str, country: str) -> ResponseReturnValue:
    """It goes there again."""
    row_id, user_id = _service(key).id, signed_in().user_id
    return once(
        lambda: actions.switch_on(row_id, country, user_id),
        then=lambda _none: url_for("shipping_council.service", key=key),
        say=_("Offered there again."),
    )


@council.route("/shipping/destinations/<key>", methods=["GET", "POST"])
@access(GET="council", POST="council:finance,curator")
def destination(key: str) -> ResponseReturnValue:
    """What buyers of a country are told before paying."""
    row = _destination(key)
    texts = {lang: "\n".join(lines) for lang, lines in row.points.items()}
    form: Any = DestinationForm(
        data={"is_open": row.is_open, "checked_on": row.checked_on, "version": row.version, **texts}
    )
    if form.accepted():
        row_id, user_id = row.id, signed_in().user_id
        try:
            return once(
                lambda: actions.set_destination(
                    row_id,
                    _version(form),
                    is_open=form.is_open.data,
                    points=form.points(),
                    checked_on=form.checked_on.data,
                    user_id=user_id,
                ),
                then=lambda _row: url_for("shipping_council.services"),
                say=_("Saved."),
            )
        except StaleVersion as error:
            form.form_errors.append(say(error))
    content = render(
        "shipping/council/destination.html", destination=_destination(key), form=form, lang=g.lang
    )
    return content, 422 if form.errors or form.form_errors else 200


def _version(form: VersionedForm) -> int:
    typed = str(form.version.data or "")
    return int(typed) if typed.isdecimal() else 0


def _service(key: str) -> Service:
    row = db.session.scalar(sa.select(Service).where(Service.key == key))
    if row is None:
        raise NotFound()
    return row


def _destination(key: str) -> Destination:
    row = db.session.scalar(sa.select(Destination).where(Destination.key == key))
    if row is None:
        raise NotFound()
    return row
