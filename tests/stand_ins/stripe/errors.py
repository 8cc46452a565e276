"""The one error type of the stand-in: a refusal in the shape Stripe answers with."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refusal that the API answers with.

    `kept` says whether the answer is stored under the idempotency key: Stripe keeps what the
    call itself decided, but not refusals of malformed parameters, conflicts and rate limits.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        decline_code: str | None = None,
        kept: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.decline_code = decline_code
        self.kept = kept

    def body(self) -> dict[str, Any]:
        """Returns the JSON object of the answer; absent parts are left out, as Stripe does."""
        parts = {
            "message": self.message,
            "type": self.kind,
            "code": self.code,
            "param": self.param,
            "decline_code": self.decline_code,
        }
        return {"error": {name: value for name, value in parts.items() if value is not None}}


def missing(param: str) -> ApiError:
    """Returns the refusal of a call that lacks a required parameter."""
    return ApiError(f"Missing required param: {param}.", code="parameter_missing", param=param)


def no_such(noun: str, key: str, param: str) -> ApiError:
    """Returns the refusal of a call that names an object which does not exist."""
    return ApiError(f"No such {noun}: '{key}'", status=404, code="resource_missing", param=param)
