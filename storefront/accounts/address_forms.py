"""Address forms, made from a country's rules."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from storefront.accounts import addressing as address_rules
from storefront.accounts.addressing import FieldSpec
from storefront.accounts.forms import Asked, RegionalPhone
from storefront.web.forms import Form


class AddressFields(Form):
    """Parent of the forms `address_form` makes."""

    country_code = ""
    needs_customs = True

    def address_values(self) -> dict[str, str | None]:
        """All columns of AddressColumns, cleaned; what the country does not ask is empty."""
        typed = {name: field.data for name, field in self._fields.items()}
        return address_rules.cleaned(self.country_code, typed)

    def address_fields(self) -> list[Any]:
        """The bound fields of the address in the country's order."""
        specs = address_rules.fields(self.country_code, self.needs_customs)
        return [self[spec.name] for spec in specs]

    def validate(self, extra_validators: Any = None) -> bool:
        good: bool = super().validate(extra_validators)
        typed = {name: field.data for name, field in self._fields.items()}
        faults = address_rules.check(self.country_code, typed, self.needs_customs)
        for name, fault in faults.items():
            if not self[name].errors:
                self[name].errors = [gettext(fault)]
        return good and not faults


def address_form(country: str, *, needs_customs: bool = True, base: type[Form] = Form) -> type[Any]:
    """A form class with the country's address fields in order (names as in AddressColumns).

    `base` brings further fields: `address_form("KR", base=Checkout)()`. The class is an
    AddressFields and a `base`.
    """
    members: dict[str, Any] = {"country_code": country, "needs_customs": needs_customs}
    for spec in address_rules.fields(country, needs_customs):
        members[spec.name] = _address_field(spec, country)
    bases = (AddressFields,) if base is Form else (AddressFields, base)
    return type(f"Address{country}", bases, members)


def _address_field(spec: FieldSpec, country: str) -> Any:
    attributes: dict[str, Any] = {"autocomplete": spec.autocomplete, "maxlength": spec.max_length}
    if spec.inputmode:
        attributes["inputmode"] = spec.inputmode
    settings: dict[str, Any] = {
        "label": _l(spec.label),
        "description": _l(spec.hint) if spec.hint else "",
        # What is wrong is said by the country's rules, in one place.
        "validators": [Asked()] if spec.required else [Optional()],
        "render_kw": attributes,
    }
    if spec.name == "phone":
        return RegionalPhone(**settings, region=country)
    if spec.choices:
        del attributes["maxlength"]
        choices = [("", _l("Please choose")), *((name, name) for name in spec.choices)]
        return SelectField(**settings, choices=choices, validate_choice=False)
    return StringField(**settings)
