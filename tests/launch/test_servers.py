"""The embedded servers: two roles, nobody else, and nothing lost in a crash."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from certinext.launch import home as home_module
from certinext.launch.account import Account
from certinext.launch.home import Home
from certinext.launch.servers import Servers


@pytest.fixture(scope="module")
def _embedded() -> Iterator[None]:
    """The servers of our own, also when the tests themselves run on others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.delenv("REDIS_URL", raising=False)
        yield


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    """A folder that the servers' account can enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def servers(_embedded: None, directory: Path) -> Iterator[Servers]:
    with Servers(directory, durable=True) as running:
        yield running


def test_the_owner_may_create_databases_and_extensions_and_is_no_superuser(
    servers: Servers,
) -> None:
    with psycopg.connect(servers.variables["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute("CREATE DATABASE another")
        connection.execute("CREATE EXTENSION btree_gist")
        assert role(connection, "certinext") == (True, False, True, True)
        connection.execute("DROP EXTENSION btree_gist")


def test_the_application_has_no_right_but_to_sign_in(servers: Servers) -> None:
    with psycopg.connect(servers.variables["DATABASE_URL"], autocommit=True) as connection:
        assert role(connection, "certinext_app") == (True, False, False, False)
        for statement in ("CREATE TABLE public.t (id int)", "CREATE SCHEMA s", "CREATE DATABASE d"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_the_superuser_cannot_sign_in(servers: Servers) -> None:
    url = servers.variables["DATABASE_URL"].replace("certinext_app@", "postgres@")

    with pytest.raises(psycopg.OperationalError, match=r"no pg_hba\.conf entry"):
        psycopg.connect(url)


def test_the_sockets_lie_where_nobody_else_can_enter(servers: Servers, directory: Path) -> None:
    found = (directory / "sockets").stat()

    assert found.st_mode & 0o777 == 0o700
    assert found.st_uid == Account.for_servers().uid != 0


def test_the_queue_is_written_down_and_never_evicted(servers: Servers) -> None:
    with redis.Redis.from_url(servers.variables["REDIS_URL"]) as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_what_was_acknowledged_survives_a_crash_of_both_servers(
    servers: Servers, directory: Path
) -> None:
    with psycopg.connect(servers.variables["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (id int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    with redis.Redis.from_url(servers.variables["REDIS_URL"]) as client:
        client.config_set("appendfsync", "always")
        client.set("kept", "7")
        valkey = client.info("server")["process_id"]
    postmaster = int((directory / "data/postgres/postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    os.kill(valkey, signal.SIGKILL)

    with Servers(directory, durable=True) as again:
        with psycopg.connect(again.variables["DATABASE_OWNER_URL"]) as connection:
            assert connection.execute("SELECT id FROM kept").fetchall() == [(7,)]
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
        with redis.Redis.from_url(again.variables["REDIS_URL"]) as client:
            assert client.get("kept") == b"7"


@pytest.mark.usefixtures("_embedded")
def test_servers_for_tests_are_fast_and_stop_with_their_last_user() -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        directory.chmod(0o755)
        with Servers(directory, durable=False) as alice:
            with Servers(directory, durable=False):
                pass
            with psycopg.connect(alice.variables["DATABASE_URL"]) as connection:
                assert connection.execute("SHOW fsync").fetchone() == ("off",)
            with redis.Redis.from_url(alice.variables["REDIS_URL"]) as client:
                assert client.config_get("appendonly") == {"appendonly": "no"}

        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(alice.variables["DATABASE_URL"])


def test_servers_of_the_users_own_are_left_to_the_user(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {
        "DATABASE_URL": "postgresql://app@db/portal",
        "DATABASE_OWNER_URL": "postgresql://owner@db/portal",
        "REDIS_URL": "redis://queue/0",
        "CELERY_BROKER_URL": "redis://queue/1",
    }
    for name, value in own.items():
        monkeypatch.setenv(name, value)

    servers = Servers(directory, durable=True)

    assert servers.ours == []
    assert servers.variables == own


def test_a_path_too_long_for_a_socket_moves_the_servers_elsewhere(tmp_path: Path) -> None:
    directory = tmp_path / ("long" * 30)

    home = Home.below(directory)

    assert home.folder.parent == Path("/var/tmp")
    assert home.folder.name.startswith("certinext-")
    assert Home.below(directory) == home


def test_data_for_throwing_away_lie_in_memory_until_their_home_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(home_module, "_MEMORY", memory)
    monkeypatch.setattr(home_module, "_ROOM_BYTES", 1)
    first, second = tmp_path / "first", tmp_path / "second"
    for directory in (first, second):
        Home.in_memory(directory).prepare()
    assert len(list(memory.glob("certinext-*/data"))) == 2

    shutil.rmtree(first)
    home = Home.in_memory(second)
    home.prepare()
    assert len(list(memory.iterdir())) == 2
    for owner in memory.glob("*/belongs-to"):
        os.utime(owner, (0, 0))
    home.prepare()

    assert list(memory.iterdir()) == [home.data.parent]
    assert home.sockets.parent == Home.below(second).folder
    home.empty_closet()
    assert list(memory.iterdir()) == []


def test_without_room_in_memory_data_stay_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_module, "_MEMORY", tmp_path / "absent")
    assert Home.in_memory(tmp_path) == Home.below(tmp_path)

    monkeypatch.setattr(home_module, "_MEMORY", tmp_path)
    monkeypatch.setattr(home_module, "_ROOM_BYTES", 2**80)
    assert Home.in_memory(tmp_path) == Home.below(tmp_path)


def test_programs_in_a_closed_folder_are_copied_to_where_the_servers_can_run_them(
    directory: Path, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    (closed / "package/bin").mkdir(parents=True)
    program = closed / "package/bin/server"
    shutil.copy("/usr/bin/true", program)
    home = Home(directory, Account.for_servers())
    closed.chmod(0o700)

    found = home.reachable(program, tree=[closed / "package"])

    assert home.account.can_run(found)
    assert home.reachable(program, tree=[closed / "package"]) == found


def role(connection: psycopg.Connection, name: str) -> tuple[bool, ...] | None:
    """Return whether a role may sign in, is a superuser, creates databases and roles."""
    return connection.execute(
        "SELECT rolcanlogin, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = %s",
        [name],
    ).fetchone()
