"""The Campaigns page in process: what runs, rules in words, and the coupon tools."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sandbox.emulator.server import BackgroundServer
from sandbox.workspace.workspace import Workspace
from tests.pages.conftest import (
    cells,
    gone_server,
    management,
    metrics,
    open_bare,
    open_tab,
    press,
    texts,
)

TABS = "campaign-details"
CHRISTMAS, OPENING = "1", "9"


@pytest.fixture
def campaigns(page: AppTest) -> AppTest:
    return page.switch_page("campaigns.py").run()


def choose(page: AppTest, campaign_id: str) -> AppTest:
    return page.radio(key="campaign").set_value(campaign_id).run()


def listed(page: AppTest) -> dict[str, tuple[str, str]]:
    """The campaigns of the list: of each name the state and what is said of it."""
    radio = page.radio(key="campaign")
    found = {}
    for label, caption in zip(radio.options, radio.proto.captions, strict=True):
        name, state = label.replace("\\", "").removeprefix("**").split("** :")
        found[name] = (state.split("[")[1].rstrip("]"), caption.replace("\\", ""))
    return found


def codes(page: AppTest) -> list[str]:
    """The codes that the open tab shows."""
    return [row[0] for row in cells(page.table[0])] if page.table else []


def workspace(page: AppTest, api: BackgroundServer) -> Workspace:
    return api.running.workspaces.workspace(page.query_params["workspace"])


def labelled(elements: Any, label: str) -> Any:
    (found,) = [element for element in elements if element.label.startswith(label)]
    return found


def create(page: AppTest, pattern: str, count: int) -> None:
    open_tab(page, "Create codes", TABS)
    labelled(page.text_input, "Pattern").set_value(pattern)
    labelled(page.number_input, "How many").set_value(count).run()
    press(page, "Create codes")


def test_every_campaign_is_listed_with_its_state_and_what_is_used_of_its_budget(campaigns: AppTest):
    assert not campaigns.exception
    assert len(listed(campaigns)) == 21
    state, words = listed(campaigns)["Opening gift"]
    assert state == "running"
    assert words.endswith("88.00 are gone · €88.00 of €100.00 discount")
    assert campaigns.subheader[0].value == "21 of 21 running"


def test_a_campaign_tells_its_rules_in_plain_words(campaigns: AppTest):
    choose(campaigns, "2")
    assert "When the cart is worth at least €200" in texts(campaigns)


def test_the_campaign_is_named_in_the_address(campaigns: AppTest):
    choose(campaigns, OPENING)
    assert campaigns.query_params["campaign"] == OPENING


def test_the_codes_of_a_campaign_are_shown_with_their_use(campaigns: AppTest):
    choose(campaigns, OPENING)
    assert cells(campaigns.table[0]) == [["OPENING30", "usable", "0, no limit"]]


def test_codes_are_searched_by_text_and_by_validity(campaigns: AppTest):
    labelled(campaigns.text_input, "Code contains").set_value("MAS").run()
    assert codes(campaigns) == ["xmas20"]
    labelled(campaigns.text_input, "Code contains").set_value("nothing").run()
    assert (codes(campaigns), "No code matches" in texts(campaigns)) == ([], True)
    choose(campaigns, "5")
    assert [row[:2] for row in cells(campaigns.table[0])] == [
        ["AUTUMN25", "not yet valid"],
        ["SUMMER25", "expired"],
    ]
    campaigns.segmented_control(key="coupon-validity").set_value("valid now").run()
    assert codes(campaigns) == []


def test_a_pattern_has_a_preview_before_anything_is_created(
    campaigns: AppTest, api: BackgroundServer
):
    open_tab(campaigns, "Create codes", TABS)
    labelled(campaigns.text_input, "Pattern").set_value("VIP-##").run()
    (preview,) = [m.value for m in campaigns.markdown if m.value.startswith("They will")]
    assert preview.count("VIP-") == 5
    here = workspace(campaigns, api)
    assert len(here.records.coupons.codes(here.reading)) == 8


def test_codes_of_a_pattern_are_created_and_found(campaigns: AppTest, api: BackgroundServer):
    create(campaigns, "SPRING-####", 3)
    assert not campaigns.exception
    assert not campaigns.error
    open_tab(campaigns, "Codes", TABS)
    made = [code for code in codes(campaigns) if code.startswith("SPRING-")]
    assert len(made) == 3
    here = workspace(campaigns, api)
    coupon = here.coupon(made[0])
    assert coupon is not None
    assert (coupon.campaign_id, coupon.usage_limit) == (1, 1)


def test_more_codes_than_a_pattern_has_are_warned_of_and_refused(
    campaigns: AppTest, api: BackgroundServer
):
    create(campaigns, "ONE-#", 40)
    assert not campaigns.exception
    assert "only 36" in texts(campaigns)
    assert campaigns.error
    here = workspace(campaigns, api)
    assert len(here.records.coupons.codes(here.reading)) == 8


def test_a_code_is_changed_and_deleted(campaigns: AppTest, api: BackgroundServer):
    choose(campaigns, OPENING)
    labelled(campaigns.number_input, "Uses allowed").set_value(5)
    press(campaigns, "Save")
    assert cells(campaigns.table[0])[0][2] == "0 of 5"
    press(campaigns, "Delete")
    assert codes(campaigns) == []
    assert workspace(campaigns, api).coupon("OPENING30") is None


def test_a_file_is_looked_at_and_imported(campaigns: AppTest):
    upload(campaigns, "value,limitval\nIMPORTED-1,3\nIMPORTED-2,0\n")
    assert cells(campaigns.table[0])[0] == ["IMPORTED-1", "3"]
    press(campaigns, "Import")
    assert not campaigns.exception
    assert not campaigns.error
    open_tab(campaigns, "Codes", TABS)
    assert {"IMPORTED-1", "IMPORTED-2"} <= set(codes(campaigns))


def test_a_file_with_a_mistake_is_refused_whole(campaigns: AppTest, api: BackgroundServer):
    upload(campaigns, "value,expirydate\nGOOD-1,\nBAD-1,whenever\n")
    press(campaigns, "Import")
    assert not campaigns.exception
    assert "whenever" in campaigns.error[0].value
    assert workspace(campaigns, api).coupon("GOOD-1") is None


def upload(page: AppTest, text: str) -> None:
    open_tab(page, "Import", TABS)
    page.file_uploader[0].set_value(("codes.csv", text.encode(), "text/csv")).run()


def test_a_campaign_is_switched_off_and_its_code_stops_working(campaigns: AppTest):
    open_tab(campaigns, "Schedule", TABS)
    campaigns.toggle[0].set_value(False)
    press(campaigns, "Save")
    assert not campaigns.exception
    assert listed(campaigns)["Christmas code"][0] == "switched off"
    assert list(listed(campaigns))[-1] == "Christmas code"
    assert campaigns.radio(key="campaign").value == CHRISTMAS
    workbench = campaigns.switch_page("workbench.py").run()
    assert metrics(workbench)["To pay"] == "€123.00"


def test_a_code_is_tried_in_the_workbench(campaigns: AppTest):
    choose(campaigns, "11")
    workbench = press(campaigns, "Try it")
    assert not workbench.exception
    assert "classic12" in texts(workbench)
    assert metrics(workbench)["Before"] == "€123.00"


def test_a_campaign_that_was_deleted_meanwhile_gives_way_to_another(
    campaigns: AppTest, api: BackgroundServer
):
    choose(campaigns, OPENING)
    management(campaigns, api).manage("DELETE", f"/v1/applications/1/campaigns/{OPENING}")
    campaigns.run()
    assert not campaigns.exception
    assert campaigns.toast[0].value == "That campaign is gone, so here is another."
    assert campaigns.query_params["campaign"] == CHRISTMAS


def test_a_search_starts_at_its_first_page(campaigns: AppTest):
    create(campaigns, "PAGE-####", 25)
    (older,) = [button for button in campaigns.button if button.label == "Older"]
    older.click().run()
    assert codes(campaigns)[-1] == "xmas20"
    labelled(campaigns.text_input, "Code contains").set_value("xmas").run()
    assert codes(campaigns) == ["xmas20"]


def test_a_page_of_codes_that_was_emptied_meanwhile_gives_way_to_the_first(
    campaigns: AppTest, api: BackgroundServer
):
    create(campaigns, "PAGE-####", 20)
    (older,) = [button for button in campaigns.button if button.label == "Older"]
    older.click().run()
    assert codes(campaigns) == ["xmas20"]
    coupons = "/v1/applications/1/campaigns/1/coupons"
    assert management(campaigns, api).manage("DELETE", f"{coupons}?value=xmas20").status == 204
    campaigns.run()
    assert not campaigns.exception
    assert len(codes(campaigns)) == 20


def test_codes_that_were_made_are_shown_at_once(campaigns: AppTest):
    create(campaigns, "SEEN-####", 2)
    assert [code[:5] for code in codes(campaigns)] == ["SEEN-", "SEEN-", "xmas2"]
    assert campaigns.toast[0].value == r"Created 2 codes\."


def test_what_was_typed_for_new_codes_survives_other_tabs_and_pages(campaigns: AppTest):
    open_tab(campaigns, "Create codes", TABS)
    labelled(campaigns.text_input, "Pattern").set_value("KEEP-####").run()
    open_tab(campaigns, "Codes", TABS)
    campaigns.switch_page("customers.py").run()
    campaigns.switch_page("campaigns.py").run()
    open_tab(campaigns, "Create codes", TABS)
    assert labelled(campaigns.text_input, "Pattern").value == "KEEP-####"


def test_a_campaign_without_codes_invites_to_make_some(campaigns: AppTest):
    choose(campaigns, "2")
    assert "Make some by a pattern" in texts(campaigns)


def test_the_chosen_campaign_is_still_chosen_after_another_page(campaigns: AppTest):
    choose(campaigns, OPENING)
    campaigns.switch_page("customers.py").run()
    campaigns.switch_page("campaigns.py").run()
    assert campaigns.subheader[1].value == "Opening gift"


def test_the_way_back_shows_the_campaign_that_was_there_before(campaigns: AppTest):
    choose(campaigns, OPENING)
    campaigns.query_params["campaign"] = "2"
    campaigns.run()
    assert campaigns.subheader[1].value == "Big basket"


def test_an_application_without_campaigns_says_where_they_come_from(
    page: AppTest, api: BackgroundServer
):
    campaigns = open_bare(page, api, "campaigns.py")
    assert not campaigns.exception
    assert "with a bundle" in texts(campaigns)


def test_many_campaigns_are_searched_by_name(page: AppTest, api: BackgroundServer):
    many = [{"id": n, "name": f"Campaign {n:02}"} for n in range(1, 31)]
    campaigns = open_bare(page, api, "campaigns.py", campaigns=many)
    labelled(campaigns.text_input, "Name contains").set_value("AIGN 2").run()
    assert list(listed(campaigns)) == [f"Campaign {n}" for n in range(20, 30)]
    labelled(campaigns.text_input, "Name contains").set_value("nothing").run()
    assert not campaigns.exception
    assert "No campaign matches" in texts(campaigns)


def test_a_schedule_that_is_not_edited_keeps_its_seconds(page: AppTest, api: BackgroundServer):
    end = "2099-12-31T22:59:59Z"
    one = {"id": 1, "name": "Until the last second", "endTime": end}
    campaigns = open_bare(page, api, "campaigns.py", campaigns=[one])
    open_tab(campaigns, "Schedule", TABS)
    campaigns.toggle[0].set_value(False)
    press(campaigns, "Save")
    assert not campaigns.error
    [stored] = workspace(campaigns, api).application.definition.campaigns
    assert stored.state == "disabled"
    assert stored.end_time == datetime.fromisoformat(end)


def test_an_end_before_the_start_is_refused_with_the_field_by_its_name(
    page: AppTest, api: BackgroundServer
):
    one = {"id": 1, "name": "One", "startTime": "2026-05-01T00:00:00Z"}
    campaigns = open_bare(page, api, "campaigns.py", campaigns=[one])
    open_tab(campaigns, "Schedule", TABS)
    labelled(campaigns.datetime_input, "Ends").set_value(datetime(2026, 4, 1))
    press(campaigns, "Save")
    assert "Ends" in campaigns.error[0].value


def test_a_worth_has_the_decimals_of_the_currency(page: AppTest, api: BackgroundServer):
    one = {"id": 1, "name": "One"}
    campaigns = open_bare(page, api, "campaigns.py", "KWD", campaigns=[one])
    open_tab(campaigns, "Create codes", TABS)
    worth = labelled(campaigns.number_input, "Worth in all, KWD")
    assert (worth.proto.format, worth.step) == ("%.3f", 0.001)


def test_a_file_that_is_not_utf_8_is_not_imported_with_lost_characters(campaigns: AppTest):
    open_tab(campaigns, "Import", TABS)
    content = "value\nGRÜN-1\n".encode("latin-1")
    campaigns.file_uploader[0].set_value(("codes.csv", content, "text/csv")).run()
    assert "not UTF-8" in texts(campaigns)
    assert "Import" not in [button.label for button in campaigns.button]


def test_a_server_that_is_gone_is_told_kindly(
    page: AppTest, api: BackgroundServer, tmp_path_factory: pytest.TempPathFactory
):
    gone_server(page, api, tmp_path_factory.mktemp("gone"), "campaigns.py")
