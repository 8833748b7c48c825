"""The Campaigns page in process: what runs, rules in words, and the coupon tools."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sandbox.emulator.server import BackgroundServer
from sandbox.workspace.workspace import Workspace
from tests.pages.conftest import cells, metrics, open_tab, texts

TABS = "campaign-details"
CHRISTMAS, OPENING = "1", "9"


@pytest.fixture
def campaigns(page: AppTest) -> AppTest:
    return page.switch_page("campaigns.py").run()


def choose(page: AppTest, campaign_id: str) -> AppTest:
    return page.selectbox(key="campaign").set_value(campaign_id).run()


def row(page: AppTest, name: str) -> list[str]:
    (found,) = [row for row in cells(page.table[0]) if row[0] == name]
    return found


def codes(page: AppTest) -> list[str]:
    """The codes that the open tab shows."""
    return [row[0] for row in cells(page.table[1])] if len(page.table) > 1 else []


def workspace(page: AppTest, api: BackgroundServer) -> Workspace:
    return api.running.workspaces.workspace(page.query_params["workspace"])


def labelled(elements: Any, label: str) -> Any:
    (found,) = [element for element in elements if element.label.startswith(label)]
    return found


def create(page: AppTest, pattern: str, count: int) -> None:
    open_tab(page, "Create codes", TABS)
    labelled(page.text_input, "Pattern").set_value(pattern)
    labelled(page.number_input, "How many").set_value(count).run()
    page.button(key="create-coupons").click().run()


def test_every_campaign_is_listed_with_its_state_and_what_is_used_of_its_budget(campaigns: AppTest):
    assert not campaigns.exception
    assert len(cells(campaigns.table[0])) == 13
    assert row(campaigns, "Opening gift")[2:5] == [
        "running",
        "always",
        "€88.00 of €100.00 discount",
    ]


def test_a_campaign_tells_its_rules_in_plain_words(campaigns: AppTest):
    choose(campaigns, "2")
    assert "When the cart is worth at least €200" in texts(campaigns)


def test_the_campaign_is_named_in_the_address(campaigns: AppTest):
    choose(campaigns, OPENING)
    assert campaigns.query_params["campaign"] == OPENING


def test_the_codes_of_a_campaign_are_shown_with_their_use(campaigns: AppTest):
    choose(campaigns, OPENING)
    assert cells(campaigns.table[1]) == [
        ["OPENING30", "usable", "0, no limit", "anybody", "0", "never", ""]
    ]


def test_codes_are_searched_by_text_and_by_validity(campaigns: AppTest):
    labelled(campaigns.text_input, "Code contains").set_value("MAS").run()
    assert codes(campaigns) == ["xmas20"]
    labelled(campaigns.text_input, "Code contains").set_value("nothing").run()
    assert (codes(campaigns), "No code matches" in texts(campaigns)) == ([], True)
    choose(campaigns, "5")
    assert cells(campaigns.table[1])[0][:2] == ["SUMMER25", "expired"]
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
    assert len(here.records.coupons.codes(here.reading)) == 4


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
    assert "only 36 codes" in texts(campaigns)
    assert campaigns.error
    here = workspace(campaigns, api)
    assert len(here.records.coupons.codes(here.reading)) == 4


def test_a_code_is_changed_and_deleted(campaigns: AppTest, api: BackgroundServer):
    choose(campaigns, OPENING)
    labelled(campaigns.number_input, "Uses allowed").set_value(5)
    campaigns.button(key="save-coupon").click().run()
    assert cells(campaigns.table[1])[0][2] == "0 of 5"
    campaigns.button(key="delete-coupon").click().run()
    assert codes(campaigns) == []
    assert workspace(campaigns, api).coupon("OPENING30") is None


def test_a_file_is_looked_at_and_imported(campaigns: AppTest):
    upload(campaigns, "value,limitval\nIMPORTED-1,3\nIMPORTED-2,0\n")
    assert cells(campaigns.table[1])[0] == ["IMPORTED-1", "3"]
    campaigns.button(key="import-coupons").click().run()
    assert not campaigns.exception
    assert not campaigns.error
    open_tab(campaigns, "Codes", TABS)
    assert {"IMPORTED-1", "IMPORTED-2"} <= set(codes(campaigns))


def test_a_file_with_a_mistake_is_refused_whole(campaigns: AppTest, api: BackgroundServer):
    upload(campaigns, "value,expirydate\nGOOD-1,\nBAD-1,whenever\n")
    campaigns.button(key="import-coupons").click().run()
    assert not campaigns.exception
    assert "whenever" in campaigns.error[0].value
    assert workspace(campaigns, api).coupon("GOOD-1") is None


def upload(page: AppTest, text: str) -> None:
    open_tab(page, "Import", TABS)
    page.file_uploader[0].set_value(("codes.csv", text.encode(), "text/csv")).run()


def test_a_campaign_is_switched_off_and_its_code_stops_working(campaigns: AppTest):
    open_tab(campaigns, "Schedule", TABS)
    campaigns.toggle[0].set_value(False)
    campaigns.button(key="save-campaign").click().run()
    assert not campaigns.exception
    assert row(campaigns, "Christmas code")[2] == "switched off"
    workbench = campaigns.switch_page("workbench.py").run()
    assert metrics(workbench)["To pay"] == "€123.00"


def test_a_code_is_tried_in_the_workbench(campaigns: AppTest):
    choose(campaigns, "11")
    workbench = campaigns.button(key="try-coupon").click().run()
    assert not workbench.exception
    assert "classic12" in texts(workbench)
    assert metrics(workbench)["Before"] == "€123.00"
