"""The production composition, as far as it can be tried without a container engine."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.working_copy import within

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE = PROJECT / "docker-compose.yml"
ENVIRONMENT = {
    "POSTGRES_PASSWORD": "p" * 32,
    "REDIS_PASSWORD": "r" * 32,
    "SECRET_KEY": "0123456789abcdef" * 6,
    "FIELD_KEYS": "fedcba9876543210" * 4,
    "SITE_HOST": "xinbao.example.org",
}
OURS = ("prepare", "web", "worker", "beat")
# One that ends by itself is waited for, not watched.
ONE_SHOT = {"prepare"}


def substituted(text: str, environment: dict[str, str]) -> str:
    """Compose's `${NAME:-default}` and `${NAME:?message}`; raises LookupError with the message."""

    def one(match: re.Match[str]) -> str:
        name, operator, rest = match.group(1), match.group(2), match.group(3) or ""
        if environment.get(name):
            return environment[name]
        if operator == ":?":
            raise LookupError(rest)
        return rest

    return re.sub(r"\$\{(\w+)(?:(:[-?])([^}]*))?\}", one, text).replace("$$", "$")


def filled_in(node: Any, environment: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {name: filled_in(value, environment) for name, value in node.items()}
    if isinstance(node, list):
        return [filled_in(value, environment) for value in node]
    return substituted(node, environment) if isinstance(node, str) else node


def composition(environment: dict[str, str]) -> dict[str, Any]:
    """The composition as the engine's client reads it, or as YAML where there is no client."""
    if shutil.which("docker") and not subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        command = ["docker", "compose", "-f", str(COMPOSE), "config", "--format", "json"]
        environment = {"PATH": os.environ["PATH"]} | environment
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise LookupError(done.stderr)
        loaded = json.loads(done.stdout)
    else:
        loaded = filled_in(yaml.safe_load(COMPOSE.read_text()), environment)
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found = composition(ENVIRONMENT)["services"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("missing", sorted(ENVIRONMENT))
def test_nothing_secret_has_a_default(missing: str) -> None:
    with pytest.raises(LookupError, match=missing):
        composition({name: value for name, value in ENVIRONMENT.items() if name != missing})


def test_the_example_names_every_variable() -> None:
    example = (PROJECT / "config/deploy/env.example").read_text()
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE.read_text()))
    assert asked == set(re.findall(r"^#? ?([A-Z_]+)=", example, re.MULTILINE))
    filled = re.findall(r"^([A-Z_]+)=(.+)$", example, re.MULTILINE)
    assert filled == []


def test_every_service_is_watched(services: dict[str, Any]) -> None:
    assert set(services) == {"postgres", "redis", "proxy", *OURS}
    for name, service in services.items():
        assert ("healthcheck" in service) == (name not in ONE_SHOT), name


def test_only_the_proxy_is_open_to_the_network(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]


def test_the_environment_is_one_the_program_reads(services: dict[str, Any]) -> None:
    sources = [PROJECT / "config/settings.py", PROJECT / "config/gunicorn_production.py", *PROJECT.glob("unions/*.py")]
    read = set(re.findall(r"[\"']([A-Z][A-Z_]+)[\"']", "".join(path.read_text() for path in sources)))
    for name in OURS:
        assert set(services[name]["environment"]) <= read, name


def test_files_that_are_named_exist(services: dict[str, Any]) -> None:
    dockerfile = PROJECT / services["web"]["build"]["dockerfile"]
    for source in re.findall(r"^COPY (?!--)(\S+) ", dockerfile.read_text(), re.MULTILINE):
        assert (PROJECT / source).exists(), source
    assert (PROJECT / "config/deploy/Caddyfile").exists()


@pytest.fixture
def production(database_url: str, transactional_db: None, redis_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of the composition, with this run's own PostgreSQL and Redis in place of its services."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    services = composition(ENVIRONMENT)["services"]
    stated = {name: str(value) for name, value in services["web"]["environment"].items()}
    with socket.create_server(("127.0.0.1", 0)) as probe:
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    own = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "BIND": bind, "WEB_CONCURRENCY": "1"}
    places = {"MEDIA_ROOT": str(tmp_path / "files"), "XINBAO_VAR": str(tmp_path / "var")}
    (tmp_path / "var").mkdir()
    venv = {"PATH": f"{Path(sys.executable).parent}:{kept['PATH']}"}
    return kept | stated | own | places | venv


def ended(argv: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(argv, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def running(argv: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(argv, cwd=PROJECT, env=environment, start_new_session=True)
    try:
        yield process
        process.terminate()
        assert process.wait(30) == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def healthy(service: dict[str, Any], environment: dict[str, str], **paths: str) -> bool:
    kind, *argv = service["healthcheck"]["test"]
    assert kind == "CMD"
    argv = [paths.get(part, part) for part in argv]
    return subprocess.run(argv, cwd=PROJECT, env=environment, check=False).returncode == 0


def test_the_deployment_check_has_nothing_to_say(production: dict[str, str]) -> None:
    ended([sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], production)


def test_web_worker_and_beat_come_up_healthy(
    services: dict[str, Any], production: dict[str, str], tmp_path: Path
) -> None:
    schedule = str(tmp_path / "schedule")
    paths = {"/srv/beat/schedule": schedule}
    ended(services["prepare"]["command"], production)
    beat_command = [paths.get(part, part) for part in services["beat"]["command"]]
    with (
        running(services["web"]["command"], production),
        running(services["worker"]["command"], production),
        running(beat_command, production),
    ):
        assert within(60, lambda: healthy(services["web"], production))
        assert within(60, lambda: healthy(services["worker"], production))
        assert within(60, lambda: healthy(services["beat"], production, **paths))
        headers = {"Host": ENVIRONMENT["SITE_HOST"], "X-Forwarded-Proto": "https"}
        request = urllib.request.Request(f"http://{production['BIND']}/healthz", headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200
            assert "max-age" in answer.headers["Strict-Transport-Security"]
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS"])
def test_a_production_without_its_key_says_so(production: dict[str, str], name: str) -> None:
    del production[name]
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=PROJECT, env=production, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip().startswith(f"缺少环境变量 {name}")
