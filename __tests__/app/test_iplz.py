"""iplz answers a client with its own address, and nothing else with anything."""

from pathlib import Path

import pytest
from falcon import testing
from iplz import make_app


@pytest.fixture
def client() -> testing.TestClient:
    return testing.TestClient(make_app())


@pytest.mark.parametrize("address", ["127.0.0.1", "203.0.113.7", "2001:db8::7"])
def test_get_answers_the_address_of_the_client_and_newline(client: testing.TestClient, address: str) -> None:
    result = client.simulate_get("/", remote_addr=address)
    assert result.status_code == 200
    assert result.text == f"{address}\n"


def test_the_answer_is_plain_text(client: testing.TestClient) -> None:
    assert client.simulate_get("/").headers["content-type"].startswith("text/plain")


def test_a_forwarding_header_cannot_change_the_answer(client: testing.TestClient) -> None:
    headers = {
        "X-Forwarded-For": "198.51.100.1",
        "Forwarded": "for=198.51.100.1",
        "X-Real-IP": "198.51.100.1",
    }
    result = client.simulate_get("/", remote_addr="203.0.113.7", headers=headers)
    assert result.text == "203.0.113.7\n"


def test_head_is_not_offered(client: testing.TestClient) -> None:
    assert client.simulate_head("/").status_code == 405


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused_and_told_what_is_allowed(client: testing.TestClient, method: str) -> None:
    result = client.simulate_request(method, "/")
    assert result.status_code == 405
    assert "GET" in result.headers["allow"]


@pytest.mark.parametrize("path", ["/index.html", "/healthz", "/a/b"])
def test_other_paths_are_not_found(client: testing.TestClient, path: str) -> None:
    assert client.simulate_get(path).status_code == 404


def test_the_greeting_that_systemd_hands_over_follows_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "greeting").write_text("grüß Gott\n", "utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    result = testing.TestClient(make_app()).simulate_get("/", remote_addr="203.0.113.7")
    assert result.text == "203.0.113.7\ngrüß Gott\n"


def test_other_credentials_are_no_greeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text("hidden")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    result = testing.TestClient(make_app()).simulate_get("/", remote_addr="203.0.113.7")
    assert result.text == "203.0.113.7\n"
