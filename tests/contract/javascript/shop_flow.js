// A shop's way through the Integration API with the official JavaScript SDK: a customer earns points
// and spends them, uses a code, brings an item back and cancels the order. HOST and KEY are given.

const assert = require("node:assert/strict");
const TalonOne = require("talon_one");

const client = TalonOne.ApiClient.instance;
client.basePath = process.env.HOST;
client.authentications["api_key_v1"].apiKey = process.env.KEY;
client.authentications["api_key_v1"].apiKeyPrefix = "ApiKey-v1";
const api = new TalonOne.IntegrationApi();

const SHIRT = { name: "Shirt", sku: "S", quantity: 2, price: 40 };
const SHOES = { name: "Shoes", sku: "B", quantity: 1, price: 20 };

const types = (answer) => answer.effects.map((effect) => effect.effectType);
const prop = (answer, type, name) =>
  answer.effects.filter((effect) => effect.effectType === type).map((effect) => effect.props[name]);

function update(id, session, options = {}) {
  const customerSession = TalonOne.NewCustomerSessionV2.constructFromObject(session);
  const request = new TalonOne.IntegrationRequest(customerSession);
  request.responseContent = ["customerSession", "customerProfile", "coupons", "loyalty"];
  return api.updateCustomerSessionV2(id, request, options);
}

// The SDK is older than returns; its client knows host and key all the same.
function returnItems(id, items) {
  const body = { return: { returnedCartItems: items } };
  return client.callApi(
    "/v2/customer_sessions/{id}/returns", "POST", { id }, {}, {}, {}, body,
    ["api_key_v1"], ["application/json"], ["application/json"], Object,
  ).then((answer) => answer.data);
}

const points = async () => {
  const look = await update("look", { profileId: "ada" }, { dry: true });
  return look.loyalty.programs["5"].ledger.currentBalance;
};

async function main() {
  const profile = TalonOne.CustomerProfileIntegrationRequestV2.constructFromObject({
    attributes: { Language: "en" },
  });
  const known = await api.updateCustomerProfileV2("ada", profile, { runRuleEngine: false });
  assert.deepEqual(known.effects, []);

  const open = await update("order-1", { profileId: "ada", cartItems: [SHIRT] });
  assert.equal(open.customerSession.state, "open");
  assert.equal(open.customerProfile.attributes.Language, "en");
  assert.deepEqual(types(open), ["addLoyaltyPoints"]);

  const wrong = await update("order-1", { couponCodes: ["nonsense"] });
  assert.deepEqual(prop(wrong, "rejectCoupon", "rejectionReason"), ["CouponNotFound"]);

  const coded = await update("order-1", { couponCodes: ["xmas20"], cartItems: [SHIRT, SHOES] });
  assert.deepEqual(prop(coded, "setDiscount", "value"), [20]);
  assert.equal(coded.coupons[0].usageCounter, 0);
  assert.equal(await points(), 0);

  const closed = await update("order-1", { state: "closed" });
  assert.equal(closed.coupons[0].usageCounter, 1);
  assert.deepEqual(prop(closed, "addLoyaltyPoints", "value"), [100]);
  assert.equal(await points(), 100);

  const paid = await update("order-2", {
    profileId: "ada", state: "closed", cartItems: [SHOES], couponCodes: ["REWARD", "xmas20"],
  });
  assert.deepEqual(prop(paid, "rejectCoupon", "rejectionReason"), ["CouponLimitReached"]);
  assert.deepEqual(prop(paid, "deductLoyaltyPoints", "value"), [50]);
  assert.equal(await points(), 100 + 20 - 50);

  const back = await returnItems("order-1", [{ position: 0, quantity: 1 }]);
  assert.equal(back.return.returnedCartItems[0].quantity, 1);
  const returned = await update("order-2", { state: "cancelled" });
  assert.deepEqual(prop(returned, "rollbackDeductedLoyaltyPoints", "value"), [50]);

  const cancelled = await update("order-1", { state: "cancelled" });
  assert.equal(cancelled.customerSession.state, "cancelled");
  assert.deepEqual(prop(cancelled, "rollbackCoupon", "value"), ["xmas20"]);
  assert.equal(cancelled.coupons[0].usageCounter, 0);
  assert.equal(cancelled.customerProfile.closedSessions, 0);
  assert.equal(await points(), 0);

  await assert.rejects(update("order-1", { state: "open" }), { status: 400 });
  console.log("done");
}

main();
