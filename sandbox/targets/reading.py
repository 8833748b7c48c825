"""What a live deployment tells about an Application: with the Integration API key, its id; the
rest with a Management API key, as far as that may read it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from zoneinfo import available_timezones

from sandbox.engine.definitions import AdditionalCost, Attribute, Store
from sandbox.engine.model import CustomerProfile, Model, Time
from sandbox.errors import Refused
from sandbox.rules.words.vocabulary import AttributeTitle, Vocabulary
from sandbox.shapes import convert
from sandbox.targets.application import ApplicationDescription, CampaignSummary
from sandbox.targets.connection import Connection
from sandbox.targets.errors import NewerAnswerError, TargetError, TimedOutError, UnreachableError
from sandbox.targets.target import Target
from sandbox.workspace.updates import SessionUpdate

T = TypeVar("T", bound=Model)

# Never stored: it is asked for with dry runs only.
_SESSION = "promotion-sandbox"
_MOST = 1000
_MOST_CUSTOMERS = 20


@dataclass(frozen=True, slots=True)
class Health:
    """How one API of a deployment answered one cheap call."""

    api: Literal["Integration", "Management"]
    milliseconds: float
    error: TargetError | None = None


class _Campaign(Model, frozen=True):
    id: int
    name: str
    state: str = "enabled"
    start_time: Time | None = None
    end_time: Time | None = None


class _Named(Model, frozen=True):
    id: int
    name: str
    title: str = ""
    card_based: bool = False


def application_id(connection: Connection) -> int:
    """Ask with a dry run of an empty cart to which Application the key belongs.

    Raises TargetError.
    """
    empty = SessionUpdate(cart_items=[])
    answer = Target(connection).preview_session(_SESSION, empty, ["customerSession"])
    session = answer.content.get("customerSession")
    found = session.get("applicationId") if isinstance(session, dict) else None
    if not isinstance(found, int):
        raise NewerAnswerError(answer.status, answer.raw)
    return found


def check_health(connection: Connection, *, has_management_key: bool) -> list[Health]:
    """Call each API once, in the cheapest way that tells whether its key works."""
    checks: list[tuple[Literal["Integration", "Management"], Callable[[], object]]] = [
        ("Integration", lambda: application_id(connection))
    ]
    if has_management_key:
        list_applications = connection.management.get_applications_without_preload_content
        checks.append(("Management", lambda: connection.call(list_applications, page_size=1)))
    found = []
    for api, check in checks:
        started = time.perf_counter()
        error = None
        try:
            check()
        except TargetError as failed:
            error = failed
        found.append(Health(api, (time.perf_counter() - started) * 1000, error))
    return found


def read_application(
    connection: Connection, currency: str, timezone: str, *, has_management_key: bool
) -> ApplicationDescription:
    """Read what can be read; currency and time zone are the user's, where the API does not say.

    Never raises: what could not be read is among the `gaps`.
    """
    reader = _Reader(connection)
    found_id = reader.read("the Application", lambda: application_id(connection), 0)
    if not has_management_key or not found_id:
        why = "Reading it takes a Management API key."
        gaps = reader.gaps or dict.fromkeys(_NEEDS_MANAGEMENT, why)
        return ApplicationDescription(found_id, "", currency, timezone, gaps=gaps)
    return reader.described(found_id, currency, timezone)


_NEEDS_MANAGEMENT = (
    "the Application's name, currency and time zone",
    "campaigns",
    "attributes",
    "additional costs",
    "stores",
    "customers",
)


class _Reader:
    """Reads one thing after another, and notes what cannot be read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._api = connection.management
        self._gone: TargetError | None = None
        self.gaps: dict[str, str] = {}

    def read(self, what: str, ask: Callable[[], Any], default: Any) -> Any:
        """Return what `ask` does; once the host is gone it is not asked any more."""
        if self._gone is None:
            try:
                return ask()
            except TargetError as error:
                if isinstance(error, UnreachableError | TimedOutError):
                    self._gone = error
                self.gaps[what] = str(error)
        else:
            self.gaps[what] = str(self._gone)
        return default

    def described(
        self, application_id: int, currency: str, timezone: str
    ) -> ApplicationDescription:
        api = self._api
        settings_gap, *others = _NEEDS_MANAGEMENT
        settings = self.read(
            settings_gap,
            lambda: self._connection.call(
                api.get_application_without_preload_content, application_id
            ).object(),
            {},
        )
        operations: Mapping[str, tuple[Any, ...]] = {
            "campaigns": (api.get_campaigns_without_preload_content, application_id),
            "attributes": (api.get_attributes_without_preload_content,),
            "additional costs": (api.get_additional_costs_without_preload_content,),
            "stores": (api.list_stores_without_preload_content, application_id),
            "customers": (
                api.get_application_customers_without_preload_content,
                application_id,
            ),
        }
        listed = {what: self._listed(what, *operations[what]) for what in others}
        attributes = _shaped(listed["attributes"], Attribute)
        costs = _shaped(listed["additional costs"], AdditionalCost)
        campaigns = _shaped(listed["campaigns"], _Campaign)
        programs = _shaped(settings.get("loyaltyPrograms") or [], _Named)
        currency = str(settings.get("currency") or currency)
        if settings.get("timezone") in available_timezones():
            timezone = settings["timezone"]
        customers = _shaped(listed["customers"], CustomerProfile)
        return ApplicationDescription(
            id=application_id,
            name=str(settings.get("name") or ""),
            currency=currency,
            timezone=timezone,
            campaigns={
                one.id: CampaignSummary(one.name, one.state, one.start_time, one.end_time)
                for one in campaigns
            },
            attributes=attributes,
            additional_costs=costs,
            stores=_shaped(listed["stores"], Store),
            customers={one.integration_id: one for one in customers},
            customer_ids=[one.integration_id for one in customers],
            programs={one.id: one.title or one.name for one in programs},
            vocabulary=Vocabulary(
                currency=currency,
                timezone=timezone,
                cascading_discounts=settings.get("enableCascadingDiscounts") is True,
                partial_rewards=settings.get("enablePartialDiscounts") is True,
                discount_scope=settings.get("defaultDiscountScope") or "sessionTotal",
                item_discount_scope=settings.get("defaultDiscountAdditionalCostPerItemScope")
                or "price",
                attributes={
                    (one.entity, one.name): AttributeTitle(one.title, one.type)
                    for one in attributes
                },
                costs={one.name: one.title for one in costs if one.title},
                programs={one.name: one.title or one.name for one in programs},
                card_programs=frozenset(one.id for one in programs if one.card_based),
                names={
                    **{("campaign", one.id): one.name for one in campaigns},
                    **{("loyalty program", one.id): one.title or one.name for one in programs},
                },
            ),
            gaps=self.gaps,
        )

    def _listed(self, what: str, operation: Callable[..., Any], *arguments: Any) -> Any:
        most = _MOST_CUSTOMERS if what == "customers" else _MOST
        return self.read(
            what,
            lambda: self._connection.call(operation, *arguments, page_size=most).entries(),
            [],
        )


def _shaped(entities: Iterable[Any], shape: type[T]) -> list[T]:
    """Return those entities that this app understands; a newer kind of attribute is left out."""
    found = []
    for entity in entities:
        fields = entity if isinstance(entity, dict) else {}
        try:
            found.append(convert({k: v for k, v in fields.items() if v is not None}, shape))
        except Refused:
            continue
    return found
