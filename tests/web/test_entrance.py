"""Who gets in, what a forged or foreign request gets, and what every answer tells the browser."""

from __future__ import annotations

import io
from typing import Any

import pytest
from waitress.proxy_headers import proxy_headers_middleware
from werkzeug.test import EnvironBuilder

from tests.web.conftest import Reader
from tests.web.house import House
from web.cli import behind
from web.protection import POLICY

PAGES = ("/inbox", "/cases", "/start", "/notices", "/incidents", "/cases/REQ-1", "/tasks/1-1")


@pytest.mark.parametrize("path", PAGES)
def test_without_a_session_every_page_leads_to_the_sign_in(reader: Reader, path: str) -> None:
    answer = reader.get(path)

    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/sign-in")


def test_a_wrong_password_is_told_without_saying_what_was_wrong(reader: Reader) -> None:
    answers = [reader.sign_in("s1", "wrong"), reader.sign_in("nobody", "wrong")]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("Login or password is wrong." in answer.get_data(as_text=True) for answer in answers)
    assert reader.get("/inbox").status_code == 303


def test_after_many_wrong_passwords_even_the_right_one_has_to_wait(reader: Reader) -> None:
    for _ in range(10):
        reader.sign_in("s1", "wrong")

    assert reader.sign_in("s1").status_code == 429
    assert reader.get("/inbox").status_code == 303


def test_who_signs_out_is_out_everywhere(signed_in: Any) -> None:
    reader = signed_in("s1")
    stolen = [cookie for cookie in reader.client._cookies.values() if cookie.key != "lanework_language"]
    assert reader.get("/inbox").status_code == 200

    assert reader.post("/sign-out").status_code == 303

    for cookie in stolen:
        reader.client.set_cookie(cookie.key, cookie.value)
    assert reader.get("/inbox").status_code == 303


def test_signing_in_gives_a_new_session_that_scripts_and_other_sites_do_not_get(app: Any) -> None:
    reader = Reader(app)
    reader.client.set_cookie("lanework_session", "chosen by somebody else")

    answer = reader.sign_in("s1")

    others = {"lanework_language", "lanework_forms"}
    (cookie,) = [text for text in answer.headers.getlist("Set-Cookie") if text.split("=")[0] not in others]
    assert "chosen by somebody else" not in cookie
    assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


def test_a_form_without_its_token_changes_nothing(signed_in: Any) -> None:
    reader = signed_in("s1")
    reader.get("/start")
    reader.token = "forged"

    answer = reader.post("/start/inquiry", {"key": "k"})

    assert answer.status_code == 400
    assert "REQ-" not in reader.get("/cases").get_data(as_text=True)


def test_what_another_site_sends_is_refused(signed_in: Any) -> None:
    reader = signed_in("s1")
    reader.get("/start")

    assert reader.post("/start/inquiry", {"key": "k"}, headers={"Origin": "http://evil.example"}).status_code == 400


@pytest.mark.parametrize("wanted", ["http://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_after_signing_in_nobody_is_led_to_another_site(reader: Reader, wanted: str) -> None:
    reader.get("/sign-in")

    answer = reader.post("/sign-in", {"login": "s1", "password": "a sample password", "next": wanted})

    assert answer.headers["Location"] == "/inbox"


def test_every_answer_carries_the_strict_policy(signed_in: Any) -> None:
    reader = signed_in("s1")

    for path in ("/inbox", "/nowhere", "/sign-in", "/health"):
        headers = reader.get(path).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in POLICY


def test_no_page_has_script_or_style_in_it(signed_in: Any, house: House) -> None:
    number = house.case_in_check()
    reader = signed_in("a0")

    for path in ("/inbox", "/cases", f"/cases/{number}", f"/cases/{number}/timeline", "/start", "/notices", "/incidents"):
        text = reader.get(path).get_data(as_text=True)
        assert "<script>" not in text
        assert " style=" not in text
        assert " onclick=" not in text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "There is no such page"), ("zh-Hans", "没有"), ("zh-Hant", "沒有")], ids=["en", "hans", "hant"]
)
def test_an_address_that_leads_nowhere_is_told_in_the_readers_language(signed_in: Any, language: str, words: str) -> None:
    answer = signed_in("s1", language).get("/nowhere")

    assert answer.status_code == 404
    assert f'lang="{language}"' in answer.get_data(as_text=True)
    assert words in answer.get_data(as_text=True) or language == "en"


def test_too_large_an_upload_is_refused_with_a_page(signed_in: Any, house: House, app: Any) -> None:
    assert app.config["MAX_CONTENT_LENGTH"] == 20_000_000
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    _, item = house.start_inquiry("S1")
    reader = signed_in("s1")
    reader.get(f"/tasks/{item}")

    evidence = (io.BytesIO(b"x" * 20_000), "long.pdf")
    answer = reader.post(f"/tasks/{item}", {"evidence": evidence}, content_type="multipart/form-data")

    assert answer.status_code == 413
    assert "<h1" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("proxy", "seen"), [("10.0.0.9", "203.0.113.7"), ("", "10.0.0.9"), ("10.0.0.8", "10.0.0.9")])
def test_only_the_named_proxy_is_believed_about_who_asks(proxy: str, seen: str) -> None:
    found: list[Any] = []
    server = {"trusted_proxy": None, "trusted_proxy_headers": None, **behind(proxy)}
    served = proxy_headers_middleware(
        lambda environ, _start: found.append(environ["REMOTE_ADDR"]),
        trusted_proxy=server["trusted_proxy"],
        trusted_proxy_headers=server["trusted_proxy_headers"],
        clear_untrusted=server["clear_untrusted_proxy_headers"],
    )

    served({**EnvironBuilder(headers={"X-Forwarded-For": "203.0.113.7"}).get_environ(), "REMOTE_ADDR": "10.0.0.9"}, None)

    assert found == [seen]
