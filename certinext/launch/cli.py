"""The command line of `run.py`."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable

from certinext.launch import browser, demo, paths
from certinext.launch.checks import all_checks, run_checks
from certinext.launch.console import LaunchError, say, sentence_for
from certinext.launch.locks import Claim
from certinext.launch.processes import run_in_foreground, stop_leftovers
from certinext.launch.servers import Servers
from certinext.launch.signals import stop_like_ctrl_c
from certinext.launch.validators import ensure_validators
from certinext.launch.variables import demo_variables, port_wanted, test_variables

_HELP = """\
python3 run.py demo              the portal with two sellers and their data; Ctrl-C stops it
python3 run.py demo --exit       the same, ended by a self-check over HTTP
python3 run.py test [...]        all tests on two cores, or what pytest's arguments say
python3 run.py conformance       documents against the reference validators; Java is installed
python3 run.py check             format, lint, types, layers, templates, migrations, deployment
python3 run.py translations      bring the catalogues of mails and documents up to date
python3 run.py bench NAME        one benchmark of benchmarks/, each figure beside its target
python3 run.py manage COMMAND    a management command in the demo's environment
python3 run.py stop              stop everything that these commands left running

What is missing is installed first. PORT is the demo's port (8000). DATABASE_URL with
DATABASE_OWNER_URL, and REDIS_URL with CELERY_BROKER_URL, name servers of your own."""

_TEST_DIRECTORY = paths.RUN / "test"
# A stopping demo lets its worker finish, and then stops the servers.
_STOP_PATIENCE_SECONDS = 60.0
# The whole suite takes two cores; tests that share a world stay on one of them.
_IN_PARALLEL = ["-n", "2"]


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code; every failure is one clear sentence."""
    command = _COMMANDS.get(arguments[0]) if arguments else None
    if command is None:
        asked = bool(arguments) and arguments[0] in {"-h", "--help", "help"}
        print(_HELP, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    stop_like_ctrl_c()
    try:
        paths.RUN.mkdir(exist_ok=True)
        return command(arguments[1:])
    except LaunchError as error:
        print(f"\n{error}", file=sys.stderr)
    except OSError as error:
        print(f"\n{sentence_for(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        say("Stopped")
        return 130
    return 1


def _demo(arguments: list[str]) -> int:
    if arguments not in ([], ["--exit"]):
        raise LaunchError(f"demo takes no argument but --exit, not {' '.join(arguments)}.")
    demo.run_demo(leave=bool(arguments))
    return 0


def _test(arguments: list[str]) -> int:
    libraries = demo.prepared()
    env = {**test_variables(_TEST_DIRECTORY), **libraries}
    selection = [] if arguments else [*_IN_PARALLEL]
    left_out = ["conformance"]
    if browser.wanted():
        env |= browser.ensure_browser()
    else:
        left_out.append("browser")
    selection += ["-m", " and ".join(f"not {mark}" for mark in left_out)]
    with Servers(_TEST_DIRECTORY, durable=False) as servers:
        return run_in_foreground(
            [paths.PYTHON, "-m", "pytest", *selection, *arguments],
            env={**env, **servers.variables},
            cwd=paths.ROOT,
        )


def _conformance(arguments: list[str]) -> int:
    env = {**test_variables(_TEST_DIRECTORY), **demo.prepared()}
    env |= ensure_validators(env)
    with Servers(_TEST_DIRECTORY, durable=False) as servers:
        return run_in_foreground(
            [paths.PYTHON, "-m", "pytest", "-m", "conformance", "tests/conformance", *arguments],
            env={**env, **servers.variables},
            cwd=paths.ROOT,
        )


def _check(arguments: list[str]) -> int:
    if arguments:
        raise LaunchError("check takes no arguments.")
    return run_checks(all_checks(), libraries=demo.prepared())


def _bench(arguments: list[str]) -> int:
    known = sorted(
        file.stem
        for file in (paths.ROOT / "benchmarks").glob("*.py")
        if "\ndef main()" in file.read_text()
    )
    if len(arguments) != 1 or arguments[0] not in known:
        raise LaunchError(f"bench takes the name of a benchmark: {', '.join(known)}.")
    # As in production: with DEBUG Django keeps every statement, which costs time and memory.
    env = {**test_variables(_TEST_DIRECTORY), "DEBUG": "0", **demo.prepared()}
    with Servers(_TEST_DIRECTORY, durable=False) as servers:
        return run_in_foreground(
            [paths.PYTHON, "-m", f"benchmarks.{arguments[0]}"],
            env={**env, **servers.variables},
            cwd=paths.ROOT,
        )


def _translations(arguments: list[str]) -> int:
    if arguments:
        raise LaunchError("translations takes no arguments.")
    env = {**test_variables(_TEST_DIRECTORY), **demo.prepared()}
    return run_in_foreground([paths.PYTHON, "-m", "certinext.languages"], env=env, cwd=paths.ROOT)


def _manage(arguments: list[str]) -> int:
    libraries = demo.prepared()
    env = {**demo_variables(demo.DIRECTORY, port=port_wanted(os.environ)), **libraries}
    with Servers(demo.DIRECTORY, durable=True) as servers:
        return run_in_foreground(
            [paths.PYTHON, paths.ROOT / "manage.py", *arguments],
            env={**env, **servers.variables},
            cwd=paths.ROOT,
        )


def _stop(arguments: list[str]) -> int:
    if arguments:
        raise LaunchError("stop takes no arguments.")
    _stop_running_demo()
    stop_leftovers(demo.DIRECTORY)
    if demo.DIRECTORY.exists():
        Servers(demo.DIRECTORY, durable=True).stop()
    if _TEST_DIRECTORY.exists():
        servers = Servers(_TEST_DIRECTORY, durable=False)
        servers.stop()
        servers.forget()
    say("Nothing runs any more")
    return 0


def _stop_running_demo() -> None:
    claim = Claim(demo.claim_file())
    holder = claim.holder()
    if holder is None:
        return
    say(f"Stopping the demo (process {holder})")
    os.kill(holder, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_PATIENCE_SECONDS
    while claim.holder() is not None:
        if time.monotonic() > deadline:
            raise LaunchError(f"The demo (process {holder}) does not stop; kill it.")
        time.sleep(0.1)


_COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": _demo,
    "test": _test,
    "conformance": _conformance,
    "check": _check,
    "translations": _translations,
    "bench": _bench,
    "manage": _manage,
    "stop": _stop,
}
