"""Compile the block that awards a giveaway.

Source: reference/engine/07, section 7.5; reference/api/03-effects.md, section 3.5; decisions A68,
E36. Only what is final and stored names the code; before, the answer says that there is one.
"""

from __future__ import annotations

from sandbox.engine.changes import TakeGiveaway
from sandbox.engine.errors import EffectFailed
from sandbox.engine.model import Effect, Json
from sandbox.engine.parts import EffectParts
from sandbox.engine.roles import profile_of
from sandbox.engine.scope import Apply, Scope
from sandbox.numbers import ONE
from sandbox.rules.effects import AwardGiveaway
from sandbox.talang.errors import EvaluationError


def award_giveaway(block: AwardGiveaway, parts: EffectParts) -> Apply:
    """Return what awards one code; raises EvaluationError for a pool that does not exist (S49)."""
    pools = parts.names.definition.giveaway_pools
    pool = next((pool for pool in pools if pool.id == block.pool_id), None)
    if pool is None:
        raise EvaluationError(f"There is no giveaway pool {block.pool_name or block.pool_id}")
    pool_id, pool_name = pool.id, pool.name
    place, role = parts.place, block.profile

    def apply(scope: Scope, effects: list[Effect]) -> None:
        context = scope.context
        recipient_id = profile_of(role, scope).integration_id
        giveaways = context.facts.giveaways.get(pool_id, ())
        given = ("giveaways", pool_id)
        number = int(context.ledger.amount(given))
        if number >= len(giveaways):
            raise EffectFailed(f"the giveaway pool {pool_name} has no code left", "E36")
        scope.budgets.spend_one("awardGiveaway", "giveaways")
        context.ledger.add(given, ONE)
        props: dict[str, Json] = {
            "poolId": pool_id,
            "poolName": pool_name,
            "recipientIntegrationId": recipient_id,
        }
        if not context.request.commits or context.request.dry:
            effects.append(scope.effect(place, "willAwardGiveaway", props))
            return
        giveaway = giveaways[number]
        change = TakeGiveaway(
            pool_id=pool_id,
            code=giveaway.code,
            profile_id=recipient_id,
            giveaway_id=giveaway.id,
        )
        context.ledger.note(change, at_close=True)
        props |= {"giveawayId": giveaway.id, "code": giveaway.code}
        effects.append(scope.effect(place, "awardGiveaway", props))

    return apply
