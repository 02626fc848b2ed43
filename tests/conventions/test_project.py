"""Settings are explained, migrations named and complete, dependencies reasoned and free, templates clean."""

from __future__ import annotations

import ast
import re
import tomllib
from fnmatch import fnmatch
from importlib import metadata

import pytest
from django.core.management import call_command

from tests.conventions.source import BASE, modules

MIGRATIONS = [path for path in modules() if path.parent.name == "migrations" and path.name[0].isdigit()]
TEMPLATES = sorted((BASE / "templates").rglob("*.html"))
INLINE = {
    "a script without src": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    "an event handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script in htmx": re.compile(r"hx-on\b|[\"']js:|javascript:", re.IGNORECASE),
}


def _settings_read() -> list[str]:
    """The names of the environment variables that portal/settings.py reads."""
    tree = ast.parse((BASE / "portal/settings.py").read_text(encoding="utf-8"))
    return sorted(
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and getattr(node.func.value, "id", "") == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    )


@pytest.mark.parametrize("name", _settings_read())
def test_every_setting_is_explained_to_operators(name):
    assert f"`{name}`" in (BASE / "docs/operations.md").read_text(encoding="utf-8")


def _goes_into_the_image(path: str) -> bool:
    """Whether `COPY . .` takes a file: the last line of .dockerignore that fits decides."""
    taken = True
    for line in (BASE / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if fnmatch(path, line.removeprefix("!").removeprefix("**/")):
            taken = line.startswith("!")
    return taken


@pytest.mark.parametrize("name", [".env", ".env.local", ".env.production"])
def test_the_image_holds_no_secret_of_whoever_builds_it(name):
    """Operators write .env beside the Dockerfile before they build."""
    assert not _goes_into_the_image(name)
    assert _goes_into_the_image(".env.example")
    assert _goes_into_the_image("manage.py")


def test_the_example_names_each_value_that_compose_demands():
    demanded = re.findall(r"\$\{(\w+):\?", (BASE / "docker-compose.yml").read_text(encoding="utf-8"))
    named = re.findall(r"^(\w+)=", (BASE / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(demanded) <= set(named)


@pytest.mark.django_db
def test_migrations_are_complete(capsys):
    call_command("makemigrations", check=True, dry_run=True)


@pytest.mark.parametrize("path", MIGRATIONS, ids=str)
def test_a_migration_is_named_for_what_it_does(path):
    assert not re.search(r"_auto_|_initial$|_and_more$|^\d+_(alter|rename|remove)_", path.stem)


@pytest.mark.parametrize("path", MIGRATIONS, ids=str)
def test_a_migration_imports_no_code_that_will_change(path):
    imported = {
        node.module if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(modules()[path])
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    ours = {name for name in imported if name.split(".")[0] in {"portal", "orders", "pathways", "members"}}
    assert ours == set()
    assert {name for name in imported if name.startswith("notifications")} <= {
        "notifications.migrations._append_only"
    }


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(BASE)))
@pytest.mark.parametrize("what", INLINE)
def test_no_template_needs_an_exception_from_the_content_security_policy(path, what):
    text = re.sub(
        r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.S
    )
    assert INLINE[what].findall(text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(BASE)))
def test_templates_write_htmx_and_buttons_as_validators_want_them(path):
    """G-54: attributes of our own begin with data-, and a button says what it does."""
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"(?<![-\w])hx-[\w-]+=", text) == []
    assert re.findall(r"<button\b(?![^>]*\btype=)[^>]*>", text) == []


def _direct_dependencies() -> list[str]:
    project = tomllib.loads((BASE / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    return [re.split(r"[<>=\[; ]", requirement)[0] for requirement in wanted]


@pytest.mark.parametrize("name", _direct_dependencies())
def test_each_dependency_has_a_reason(name):
    assert f"| {name} |" in (BASE / "docs/dependencies.md").read_text(encoding="utf-8")


def _pins(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9_.-]+==\S+)", (BASE / lock).read_text(encoding="utf-8"), re.MULTILINE))


def test_the_development_lock_holds_the_runtime_lock():
    """One .venv serves both: installing the larger lock satisfies the smaller."""
    assert _pins("requirements.lock") <= _pins("requirements-dev.lock")


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_hashes_and_no_registry(lock):
    text = (BASE / lock).read_text(encoding="utf-8")
    assert "://" not in text
    requirements = [part for part in re.split(r"\n(?=[^\s#])", text) if part[0] != "#"]
    unpinned = [part for part in requirements if not re.match(r"[a-z0-9_.-]+==\S+", part)]
    unhashed = [part for part in requirements if "--hash=sha256:" not in part]
    assert unpinned == unhashed == []


def test_no_runtime_dependency_binds_us_to_its_own_licence():
    """AGPL and GPL would; LGPL and MPL, also as one of several to choose from, do not."""
    bound = []
    for pin in _pins("requirements.lock"):
        try:
            about = metadata.metadata(pin.split("==")[0])
        except metadata.PackageNotFoundError:  # for another platform or Python
            continue
        stated = [about.get("License-Expression") or "", (about.get("License") or "").split("\n")[0]]
        stated += [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
        licence = " ".join(stated)
        if "GPL" in licence and not re.search(r"LGPL|MPL|Mozilla", licence):
            bound.append(pin)
    assert bound == []
