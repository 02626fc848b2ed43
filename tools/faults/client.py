"""A browser for fault runs: signs in, reads the review page's form, sends it again and again."""

from __future__ import annotations

import http.client
import re
import urllib.parse
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie

Fields = dict[str, str]
_INPUT = re.compile(r"<(?:input|textarea)\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r'\b(name|value|type)="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    location: str
    statements: int
    commits: int
    text: str


@dataclass
class Client:
    """One signed-in person; `port` changes when the server is replaced, the session does not."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    # What a proxy in front would add.
    headers: dict[str, str] = field(default_factory=lambda: {"Host": "127.0.0.1"})

    def sign_in(self, username: str, password: str) -> None:
        """Sign in; raises RuntimeError when refused."""
        form = self.form("/accounts/login/")
        answer = self.post("/accounts/login/", form | {"login": username, "password": password})
        if answer.status != 302:
            raise RuntimeError(f"signing in was answered with {answer.status}")

    def form(self, path: str) -> Fields:
        """The hidden fields and texts of the page at `path`, as a browser would send them back."""
        answer = self._ask("GET", path, {}, {})
        if answer.status != 200:
            raise RuntimeError(f"{path} was answered with {answer.status} {answer.location}")
        fields: Fields = {}
        for tag in _INPUT.findall(answer.text):
            attributes = dict(_ATTRIBUTE.findall(tag))
            if "name" in attributes and attributes.get("type") not in ("checkbox", "radio", "submit"):
                fields[attributes["name"]] = attributes.get("value", "")
        return fields

    def post(self, path: str, fields: Fields, *, fault: str = "") -> Answer:
        """Send a form once; raises OSError or HTTPException when the server dies meanwhile."""
        return self._ask("POST", path, fields, {"X-Fault": fault} if fault else {})

    def at(self, port: int) -> Client:
        """The same person at another server."""
        return replace(self, port=port)

    def _ask(self, method: str, path: str, fields: Fields, headers: dict[str, str]) -> Answer:
        headers = {
            **self.headers,
            **headers,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, urllib.parse.urlencode(fields), headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        for header in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        return Answer(
            status=response.status,
            location=response.headers.get("Location", ""),
            statements=int(response.headers.get("X-Statements", 0)),
            commits=int(response.headers.get("X-Commits", 0)),
            text=text,
        )
