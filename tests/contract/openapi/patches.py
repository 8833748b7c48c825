"""What is wrong with the vendor's OpenAPI files, put right in memory; each patch says why.

A patch changes what is said of answers, or what counts as a right request, and never more than its
reason covers: answers are checked all the same. A patch that finds nothing to change fails, so none
stays longer than what it is for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, NamedTuple

from sandbox.emulator.operations import Api

Json = dict[str, Any]
Patch = Callable[[Json], None]

_ERROR: Json = {
    "application/json": {
        "schema": {
            "$ref": "#/components/x-answers/ErrorResponseWithStatus",
            "unevaluatedProperties": False,
        }
    }
}


class Undeclared(NamedTuple):
    """A status that operations answer, and have to, though the file does not declare it."""

    reason: str
    status: int
    operations: tuple[str, ...] | None = None  # None: all that do not declare it


UNDECLARED: dict[Api, tuple[Undeclared, ...]] = {
    "integration": (
        Undeclared(
            "what is asked for may not be there, and nothing else would say so",
            404,
            (
                "getCustomerSession",
                "returnCartItems",
                "reopenCustomerSession",
                "generateLoyaltyCard",
            ),
        ),
        Undeclared(
            "every operation that reads parameters or a body can be sent wrong ones",
            400,
            (
                "bestPriorPrice",
                "deleteAudienceMembershipsV2",
                "getCustomerInventory",
                "updateAudienceCustomersAttributes",
                "updateAudienceV2",
            ),
        ),
        Undeclared("the file itself asks for a key", 401, ("bestPriorPrice", "getEventV3")),
    ),
    "management": (
        Undeclared("the file itself asks for a key; two of three operations leave this out", 401),
        Undeclared("what a path names may not be there; most operations say so", 404),
        Undeclared("every operation can be sent wrong parameters; some say so", 400),
        Undeclared(
            "a name that is taken",
            409,
            ("createAttribute", "createAdditionalCost", "createCollection"),
        ),
    ),
}


def apply_patches(document: Json, api: Api) -> None:
    """Put right what is wrong with a document whose answers have schemas of their own."""
    read_patterns_as_they_are_meant(document["components"])
    pass_over_what_is_only_read(document["components"]["schemas"])
    let_parts_be_one_object(document["components"]["schemas"])
    for patch in (*OF_BOTH, *OF_ONE[api]):
        patch(document["components"]["x-answers"])
    by_id = {operation["operationId"]: operation for operation in operations_in(document)}
    for operation in by_id.values():
        leave_no_content_empty(operation)
        let_errors_be_json(operation)
    for undeclared in UNDECLARED[api]:
        for operation_id in undeclared.operations or by_id:
            declare(undeclared, by_id[operation_id])
    if api == "integration":
        say_what_timeframes_are(document["components"]["schemas"])
        let_joining_answer_an_object(by_id["joinLoyaltyProgram"])
        let_advanced_events_be_silent(by_id["trackEventV3"])


def operations_in(document: Json) -> Iterator[Json]:
    """Yield what a document says of each operation."""
    for methods in document["paths"].values():
        yield from (found for found in methods.values() if "operationId" in found)


def let_null_stand_for_nothing(schemas: Json) -> None:
    """`null` for a field that may be left out is the same as leaving it out (decision S11)."""
    for schema in schemas.values():
        for part in (schema, *schema.get("allOf", ())):
            for name, field in part.get("properties", {}).items():
                if name not in part.get("required", ()) and field:
                    part["properties"][name] = {"anyOf": [field, {"type": "null"}]}


def say_what_timeframes_are(schemas: Json) -> None:
    """A timeframe is any text in the file, and by its description a number of days."""
    timeframe = schemas["BestPriorPriceRequest"]["properties"]["timeframe"]
    timeframe["pattern"] = "^[1-9][0-9]{0,2}$"


def read_patterns_as_they_are_meant(part: Any) -> None:
    """Control characters of a pattern are those of ASCII, as in RE2; elsewhere there are more.

    One pattern is in JavaScript's dialect: ``[^]`` is any character.
    """
    if isinstance(part, dict):
        if isinstance(part.get("pattern"), str):
            pattern = part["pattern"].replace("[:cntrl:]", r"\x00-\x1f\x7f")
            part["pattern"] = pattern.replace("[^]", r"[\s\S]")
        for member in part.values():
            read_patterns_as_they_are_meant(member)
    elif isinstance(part, list):
        for member in part:
            read_patterns_as_they_are_meant(member)


def pass_over_what_is_only_read(schemas: Json) -> None:
    """Fields that only answers have may be sent back as they came, and mean nothing then."""
    for schema in schemas.values():
        for part in (schema, *schema.get("allOf", ())):
            for name, field in part.get("properties", {}).items():
                if field.get("readOnly"):
                    part["properties"][name] = {}


def let_parts_be_one_object(schemas: Json) -> None:
    """Coupons are made of parts of which each refuses the fields of the others: no body fits.

    What is meant is that an object has the fields of its parts and no others.
    """
    for schema in schemas.values():
        parts = schema.get("allOf", ())
        if any(part.get("additionalProperties") is False for part in parts):
            schema["unevaluatedProperties"] = False
            for part in parts:
                part.pop("additionalProperties", None)


def choose_props_by_effect_type(answers: Json) -> None:
    """Props are a `oneOf` of schemas that overlap: ``{"name", "value"}`` is a discount and more.

    Which of them is meant is what `effectType` is for; titles of the schemas are the effect types.
    """
    entity, whole = answers["Effect"]["allOf"]
    by_type = {
        answers[_name(props)]["title"]: props for props in whole["properties"]["props"]["oneOf"]
    }
    entity_of_known_type = {
        "type": "object",
        "required": ["effectType"],
        "properties": {"effectType": {"enum": list(by_type)}},
    }
    answers["Effect"] = {
        "allOf": [
            entity,
            entity_of_known_type,
            {"type": "object", "required": ["props"], "properties": {"props": True}},
            *(_when_of_type(effect_type, props) for effect_type, props in by_type.items()),
        ]
    }


def _when_of_type(effect_type: str, props: Json) -> Json:
    return {
        "if": {"properties": {"effectType": {"const": effect_type}}},
        "then": {"properties": {"props": {**props, "unevaluatedProperties": False}}},
    }


def drop_fields_of_sessions(answers: Json) -> None:
    """Sessions require `coupon` and `referral`, fields of the first API that V2 does not define."""
    session = answers["CustomerSessionV2"]["allOf"][-1]
    session["required"].remove("coupon")
    session["required"].remove("referral")


def drop_the_date_of_an_effect(answers: Json) -> None:
    """An effect requires a date that it does not define: each transaction that it names has it."""
    answers["ExtendLoyaltyPointsExpiryDateEffectProps"]["required"].remove("previousExpirationDate")


def say_what_effects_of_events_are(answers: Json) -> None:
    """Effects of events are lists in lists, the form of the first API; since V2 they are objects.

    The vendor's own SDKs read objects.
    """
    for event in ("Event", "EventV3"):
        effects = answers[event]["allOf"][-1]["properties"]["effects"]
        effects["items"] = {"$ref": "#/components/x-answers/Effect", "unevaluatedProperties": False}


def show_achievements_of_profiles(answers: Json) -> None:
    """Updates of a profile may ask for `achievements`, which their answer does not define."""
    achievements = answers["IntegrationResponse"]["properties"]["achievements"]
    answers["CustomerProfileIntegrationResponseV2"]["properties"]["achievements"] = achievements


def leave_blocks_as_they_were_loaded(answers: Json) -> None:
    """Rulesets are shown as they were loaded, and more can be loaded than the file publishes."""
    for name in ("PromotionBlock", "StrikethroughBlock", "SelectorBlock", "SelectorStep"):
        assert name in answers
        answers[name] = {
            "type": "object",
            "required": ["type"],
            "properties": {"type": {"type": "string"}},
            "additionalProperties": True,
        }


def allow_status_codes_in_errors(answers: Json) -> None:
    """Some errors have no `StatusCode`, though the documentation of errors shows it in all."""
    answers["ErrorResponse"]["properties"]["StatusCode"] = {"type": "integer"}


def say_which_achievements_are_capped(answers: Json) -> None:
    """`isCappedByTarget` is required of a customer's achievement and not defined; it is a flag."""
    answers["CustomerAchievement"]["properties"]["isCappedByTarget"] = {"type": "boolean"}


def leave_no_content_empty(operation: Json) -> None:
    """Some answers of status 204 have a text as their content, which HTTP does not allow."""
    operation["responses"].get("204", {}).pop("content", None)


def let_errors_be_json(operation: Json) -> None:
    """Operations that answer files declare that their errors are files too, with anything in them.

    The documentation of errors has one shape for all.
    """
    for status, response in operation["responses"].items():
        if status >= "400" and "application/csv" in response.get("content", {}):
            response["content"] = deepcopy(_ERROR)


def let_joining_answer_an_object(operation: Json) -> None:
    """Joining a program answers 200 with nothing said of a body; `{}` is what JSON has for it."""
    nothing = {"type": "object", "maxProperties": 0}
    operation["responses"]["200"]["content"] = {"application/json": {"schema": nothing}}


def let_advanced_events_be_silent(operation: Json) -> None:
    """`silent=yes` asks for 204 and is the default; only the older operation declares it."""
    assert "204" not in operation["responses"], "is declared now"
    operation["responses"]["204"] = {"description": "silent"}


def declare(undeclared: Undeclared, operation: Json) -> None:
    """Add a status that is not declared; its body is the vendor's error."""
    responses = operation["responses"]
    if str(undeclared.status) in responses:
        assert undeclared.operations is None, f"{operation['operationId']} declares it now"
        return
    responses[str(undeclared.status)] = {
        "description": undeclared.reason,
        "content": deepcopy(_ERROR),
    }


def _name(reference: Json) -> str:
    name: str = reference["$ref"].rpartition("/")[2]
    return name


OF_BOTH: tuple[Patch, ...] = (
    choose_props_by_effect_type,
    drop_the_date_of_an_effect,
    allow_status_codes_in_errors,
)
OF_ONE: dict[Api, tuple[Patch, ...]] = {
    "integration": (
        drop_fields_of_sessions,
        say_what_effects_of_events_are,
        show_achievements_of_profiles,
        say_which_achievements_are_capped,
    ),
    "management": (leave_blocks_as_they_were_loaded,),
}
