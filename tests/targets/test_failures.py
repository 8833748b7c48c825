"""Every way a call of a live deployment can fail, by a real failure on a real socket."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from sandbox.targets import connection as connection_module
from sandbox.targets.connection import Connection
from sandbox.targets.customers import Customers
from sandbox.targets.errors import (
    CertificateError,
    CutOffError,
    MissingKeyError,
    NoHttpError,
    NoTlsError,
    RedirectedError,
    RefusedCallError,
    TargetError,
    TimedOutError,
    UnknownHostError,
    UnreachableError,
    UnreadableAnswerError,
)
from sandbox.targets.lock import WriteLock
from sandbox.targets.reading import application_id
from tests.deployment import (
    Fault,
    LiveShop,
    SpoiltLine,
    answering,
    http_answer,
    self_signed,
    silence,
)
from tests.process import free_port


def failing(line: SpoiltLine, fault: Fault, key: str = "secret-key") -> TargetError:
    line.fault = fault
    with pytest.raises(TargetError) as failed:
        application_id(Connection(line.host, key, lock=WriteLock()))
    return failed.value


def vendors(status: str, message: str, *headers: str) -> Fault:
    return http_answer(status, f'{{"message": "{message}"}}'.encode(), *headers)


def test_a_line_without_faults_is_a_deployment(line: SpoiltLine, shop: LiveShop):
    assert application_id(Connection(line.host, shop.key, lock=WriteLock())) == 1


def test_a_host_that_does_not_exist_is_told_from_one_that_is_down():
    with pytest.raises(UnknownHostError, match=r"no nowhere\.invalid"):
        application_id(Connection("https://nowhere.invalid", "key"))
    with pytest.raises(UnreachableError, match="Nothing answers"):
        application_id(Connection(f"http://127.0.0.1:{free_port()}", "key"))


def test_a_server_without_tls_says_that_calls_are_encrypted(line: SpoiltLine):
    with pytest.raises(NoTlsError, match="encrypted"):
        application_id(Connection(line.host.replace("http:", "https:"), "key"))


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes a certificate with openssl")
def test_a_certificate_that_nobody_trusts_keeps_the_key_here(tmp_path: Path, shop: LiveShop):
    line = SpoiltLine(shop.host, self_signed(tmp_path))
    with pytest.raises(CertificateError, match="the key was not sent"):
        application_id(Connection(line.host, "key"))
    line.close()


def test_a_silent_host_times_out(line: SpoiltLine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection_module, "TIMEOUT", 0.3)
    error = failing(line, silence)
    assert isinstance(error, TimedOutError)
    assert error.may_be_done


def test_an_answer_that_comes_drop_by_drop_times_out(
    line: SpoiltLine, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(connection_module, "TIMEOUT", 0.4)

    def drip(caller):
        caller.recv(65536)
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            caller.sendall(b" ")
            time.sleep(0.1)

    assert isinstance(failing(line, drip), TimedOutError)


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{",
    ],
)
def test_a_connection_that_is_cut_may_have_done_its_work(line: SpoiltLine, reply: bytes):
    error = failing(line, answering(reply))
    assert isinstance(error, CutOffError)
    assert error.may_be_done


@pytest.mark.parametrize(
    "reply",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x00\x01\x02garbage\xff\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\nno gzip",
    ],
)
def test_what_is_no_http_is_told_as_such(line: SpoiltLine, reply: bytes):
    assert isinstance(failing(line, answering(reply)), NoHttpError)


def test_a_page_is_not_an_answer_and_is_kept_for_reading(line: SpoiltLine):
    error = failing(line, http_answer("200 OK", b"<html>Sign in</html>"))
    assert isinstance(error, UnreadableAnswerError)
    assert error.raw == "<html>Sign in</html>"
    assert isinstance(failing(line, http_answer("404 Not Found", b"<html>")), UnreadableAnswerError)


def test_calls_are_not_sent_on_to_another_host(line: SpoiltLine):
    elsewhere = http_answer("302 Found", b"", "Location: http://127.0.0.1:9/")
    assert isinstance(failing(line, elsewhere), RedirectedError)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (vendors("401 Unauthorized", "Invalid credentials"), "The Integration API key was refused"),
        (vendors("403 Forbidden", "Not allowed"), "may not do this: Not allowed"),
        (vendors("404 Not Found", "No such session"), "No such session"),
        (
            vendors("409 Conflict", "Too many requests are updating this session at the same time"),
            "one after the other",
        ),
        (vendors("409 Conflict", "The event exists already"), "The event exists already."),
        (vendors("413 Content Too Large", "Too large"), "fewer items"),
        (vendors("429 Too Many", "", "Retry-After: 7"), "Try again in 7 seconds"),
        (http_answer("429 Too Many", b'{"StatusCode":429}'), "Wait a moment"),
        (vendors("500 Internal Server Error", "Oops"), "trouble of its own (status 500: Oops)"),
        (http_answer("503 Unavailable", b"<html>", "Retry-After: 1"), "Try again in 1 second."),
    ],
)
def test_a_refusal_says_what_to_do(line: SpoiltLine, fault: Fault, sentence: str):
    error = failing(line, fault)
    assert isinstance(error, RefusedCallError)
    assert sentence in str(error)
    assert error.raw


def test_a_date_to_try_again_at_becomes_seconds(line: SpoiltLine):
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    error = failing(line, vendors("429 Too Many", "", f"Retry-After: {at}"))
    assert "in 30 seconds" in str(error) or "in 29 seconds" in str(error)


def test_only_what_may_have_been_done_says_so(line: SpoiltLine):
    assert failing(line, vendors("500 Internal Server Error", "")).may_be_done
    assert not failing(line, vendors("400 Bad Request", "no")).may_be_done


def test_a_refusal_names_the_key_that_was_refused(line: SpoiltLine):
    line.fault = vendors("401 Unauthorized", "")
    with pytest.raises(RefusedCallError, match="The Management API key"):
        Customers(Connection(line.host, "key", "other"), 1).listed()


def test_without_a_management_key_nothing_is_sent(line: SpoiltLine):
    with pytest.raises(MissingKeyError, match="Enter one on the Connect page"):
        Customers(Connection(line.host, "key"), 1).listed()
    assert not line.connections


def test_a_refusal_in_another_shape_is_no_crash(line: SpoiltLine):
    strange = b'{"errors": {"a": 1}, "message": ["x"]}'
    assert isinstance(failing(line, http_answer("400 Bad Request", strange)), RefusedCallError)
    strange = b'{"errors": [1, {"source": "body", "title": null}]}'
    assert isinstance(failing(line, http_answer("400 Bad Request", strange)), RefusedCallError)


@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request", "500 Internal Server Error"])
def test_a_key_that_comes_back_is_hidden(line: SpoiltLine, status: str):
    error = failing(line, http_answer(status, b"you sent secret-key"))
    assert "secret-key" not in error.raw + str(error) + repr(error)
    assert "[key]" in error.raw


def test_an_answer_newer_than_the_sdk_is_read_all_the_same(line: SpoiltLine):
    body = b'{"effects": [{"effectType": "brandNew"}], "customerSession": {"applicationId": 7}}'
    line.fault = http_answer("200 OK", body)
    assert application_id(Connection(line.host, "key", lock=WriteLock())) == 7
