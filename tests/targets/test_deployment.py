from __future__ import annotations

import pytest

from sandbox.targets.deployment import NoDeploymentError, read_deployment


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://shop.talon.one", "https://shop.talon.one"),
        ("shop.talon.one", "https://shop.talon.one"),
        (" https://Shop.Talon.one/applications/3/campaigns?x=1#y ", "https://shop.talon.one"),
        ("https://shop.talon.one:8443/", "https://shop.talon.one:8443"),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("http://[::1]:8765", "http://[::1]:8765"),
    ],
)
def test_any_page_of_the_campaign_manager_is_an_address(address: str, host: str):
    assert read_deployment(address, "key").host == host


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "address is missing"),
        ("ftp://shop.talon.one", "no address"),
        ("https://", "no address"),
        ("https://shop.talon.one:port", "no address"),
        ("https://sh op.talon.one", "no address"),
        ("https://[::1", "no address"),
        ("http://shop.talon.one", "https:// only"),
        ("https://me:word@shop.talon.one", "user name"),
    ],
)
def test_what_is_no_address_is_told(address: str, sentence: str):
    with pytest.raises(NoDeploymentError, match=sentence):
        read_deployment(address, "key")


def test_a_key_is_what_was_copied_with_or_without_its_scheme():
    deployment = read_deployment("shop.talon.one", " ApiKey-v1 abc\n", "ManagementKey-v1 def")
    assert (deployment.integration_key, deployment.management_key) == ("abc", "def")


@pytest.mark.parametrize("key", ["two words", "ümlaut", "line\nbreak"])
def test_a_key_that_is_none_is_refused_and_not_repeated(key: str):
    with pytest.raises(NoDeploymentError, match="Copy it once more") as refused:
        read_deployment("shop.talon.one", key)
    assert key not in str(refused.value)


def test_without_an_integration_key_there_is_no_deployment():
    with pytest.raises(NoDeploymentError, match="Integration API key is missing"):
        read_deployment("shop.talon.one", " ", "management")


def test_keys_are_in_no_repr():
    assert "secret" not in repr(read_deployment("shop.talon.one", "secret", "secret-too"))
