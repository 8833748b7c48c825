"""Making coupons: some of a pattern, one for each of several customers, or very many.

All of them are stored, or none. Source: Management API, createCoupons,
createCouponsForMultipleRecipients, createCouponsAsync; decisions S42, S192 to S194.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from sandbox.engine.code_patterns import MAX_CHARACTERS, code_pattern
from sandbox.engine.definitions import Campaign
from sandbox.engine.model import Attributes, Coupon, Limit, Model
from sandbox.engine.times import in_utc
from sandbox.errors import Fault, Refused
from sandbox.workspace.code_ids import next_code_ids
from sandbox.workspace.errors import invalid
from sandbox.workspace.operations.campaigns import find_campaign
from sandbox.workspace.operations.code_terms import (
    Characters,
    CouponTerms,
    Pattern,
    ProfileId,
    SettingsPattern,
    UsageLimit,
    limit_faults,
    new_batch_id,
    new_random,
    term_faults,
)
from sandbox.workspace.sessions import merge_attributes
from sandbox.workspace.workspace import Workspace

MAX_COUPONS = 20_000
MAX_COUPONS_OF_A_JOB = 5_000_000
# More than the vendor's example; a job is done before it is answered (decision S194).
_MOST_AT_ONCE = 200_000


class NewCoupons(CouponTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Coupons of one pattern."""

    usage_limit: UsageLimit
    number_of_coupons: Annotated[int, msgspec.Meta(ge=1, le=MAX_COUPONS)]
    unique_prefix: str | None = None
    limits: list[Limit] | None = None
    recipient_integration_id: ProfileId | None = None
    valid_characters: Characters | None = None
    coupon_pattern: Pattern | None = None
    is_reservation_mandatory: bool | None = None
    implicitly_reserved: bool | None = None
    support_request_id: int | None = None
    support_request_note: str | None = None


class NewCouponsForRecipients(CouponTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A coupon for each of several customers."""

    usage_limit: UsageLimit
    recipients_integration_ids: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]],
        msgspec.Meta(min_length=1, max_length=1000),
    ]
    valid_characters: Characters | None = None
    coupon_pattern: Pattern | None = None


class JobSettings(Model, frozen=True, forbid_unknown_fields=True):
    valid_characters: Characters
    coupon_pattern: SettingsPattern


class NewCouponJob(CouponTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Very many coupons; their form is the campaign's unless the job has settings."""

    usage_limit: UsageLimit
    attributes: Attributes
    number_of_coupons: Annotated[int, msgspec.Meta(ge=1, le=MAX_COUPONS_OF_A_JOB)]
    coupon_settings: JobSettings | None = None
    is_reservation_mandatory: bool | None = None


class _Form(Model, frozen=True):
    """How codes look; `pointer` is where the request says so."""

    pointer: str
    pattern: str | None = None
    characters: Sequence[str] = ()
    prefix: str = ""


def create_coupons(workspace: Workspace, campaign_id: int, new: NewCoupons) -> Sequence[Coupon]:
    """Create coupons of one pattern. Raises UnknownEntityError, Refused."""
    campaign = find_campaign(workspace, campaign_id)
    is_single = new.number_of_coupons == 1 and not new.recipient_integration_id
    limits = new.limits or []
    faults = [*term_faults(workspace, new), *limit_faults(limits, is_single=is_single)]
    form = _Form(
        pointer="/couponPattern",
        pattern=new.coupon_pattern,
        characters=new.valid_characters or (),
        prefix=new.unique_prefix or "",
    )
    template = msgspec.structs.replace(
        _template(workspace, campaign, new),
        limits=limits,
        is_reservation_mandatory=bool(new.is_reservation_mandatory),
        implicitly_reserved=bool(new.implicitly_reserved),
    )
    recipients = [new.recipient_integration_id] * new.number_of_coupons
    return _create(workspace, campaign, template, form, recipients, faults)


def create_coupons_for_recipients(
    workspace: Workspace, campaign_id: int, new: NewCouponsForRecipients
) -> Sequence[Coupon]:
    """Create a coupon for each customer. Raises UnknownEntityError, Refused."""
    campaign = find_campaign(workspace, campaign_id)
    form = _Form(
        pointer="/couponPattern",
        pattern=new.coupon_pattern,
        characters=new.valid_characters or (),
    )
    template = _template(workspace, campaign, new)
    faults = list(term_faults(workspace, new))
    return _create(workspace, campaign, template, form, new.recipients_integration_ids, faults)


def run_coupon_job(workspace: Workspace, campaign_id: int, new: NewCouponJob) -> str:
    """Create very many coupons at once; return their batch id.

    Raises UnknownEntityError, Refused.
    """
    campaign = find_campaign(workspace, campaign_id)
    faults = list(term_faults(workspace, new))
    if new.number_of_coupons > _MOST_AT_ONCE:
        details = f"The sandbox makes at most {_MOST_AT_ONCE} coupons at a time"
        faults.append(Fault("Too large", details, "/numberOfCoupons"))
        raise Refused(faults)
    settings = new.coupon_settings
    form = _Form(pointer="/couponSettings/couponPattern")
    if settings is not None:
        form = _Form(
            pointer=form.pointer,
            pattern=settings.coupon_pattern,
            characters=settings.valid_characters,
        )
    template = msgspec.structs.replace(
        _template(workspace, campaign, new),
        is_reservation_mandatory=bool(new.is_reservation_mandatory),
    )
    recipients = [None] * new.number_of_coupons
    coupons = _create(workspace, campaign, template, form, recipients, faults)
    assert coupons[0].batch_id is not None, "all that is created here belongs to a batch"
    return coupons[0].batch_id


def _template(workspace: Workspace, campaign: Campaign, terms: CouponTerms) -> Coupon:
    """Return a coupon of these terms that has no code yet."""
    return Coupon(
        id=0,
        created=workspace.clock.now(),
        campaign_id=campaign.id,
        value="",
        usage_limit=terms.usage_limit or 0,
        usage_counter=0,
        discount_limit=terms.discount_limit,
        reservation_limit=terms.reservation_limit,
        attributes=merge_attributes({}, terms.attributes),
        start_date=in_utc(terms.start_date),
        expiry_date=in_utc(terms.expiry_date),
        batch_id=new_batch_id(new_random()),
    )


def _create(
    workspace: Workspace,
    campaign: Campaign,
    template: Coupon,
    form: _Form,
    recipients: Sequence[str | None],
    faults: Sequence[Fault],
) -> list[Coupon]:
    """Store a coupon like the template for each recipient; None stands for everybody."""
    pattern = code_pattern(campaign.coupon_settings, form.pattern, "".join(form.characters))
    pattern = pattern._replace(text=form.prefix + pattern.text)
    if len(pattern.text) > MAX_CHARACTERS:
        details = f"A code has at most {MAX_CHARACTERS} characters"
        faults = [*faults, Fault("Too long", details, form.pointer)]
    if faults:
        raise Refused([*faults])
    records = workspace.records.coupons
    case = workspace.application.settings.case_sensitivity
    with workspace.writing() as connection:
        try:
            codes = pattern.draw_several(
                len(recipients),
                new_random(),
                lambda drawn: records.existing(connection, drawn),
                case,
            )
        except ValueError as error:
            raise Refused([invalid(error, form.pointer)]) from None
        ids = next_code_ids(connection, workspace.name, "coupon", len(codes))
        coupons = [
            msgspec.structs.replace(
                template, id=id, value=code, recipient_integration_id=recipient or None
            )
            for id, code, recipient in zip(ids, codes, recipients, strict=True)
        ]
        records.add(connection, coupons)
    return coupons
