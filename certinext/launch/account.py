"""Who runs the servers: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from certinext.launch.console import LaunchError


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """An account of this machine, by its numbers."""

    uid: int
    gid: int

    @classmethod
    def mine(cls) -> Account:
        """Return the account that runs this."""
        return cls(uid=os.geteuid(), gid=os.getegid())

    @classmethod
    def for_servers(cls) -> Account:
        """Return the account that servers run as: one's own, and for root an unprivileged one."""
        mine = cls.mine()
        if mine.uid != 0:
            return mine
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(uid=entry.pw_uid, gid=entry.pw_gid)
        raise LaunchError(
            "PostgreSQL does not run as root, and this machine has neither the account"
            " postgres nor nobody: run this as a plain user."
        )

    def as_arguments(self) -> _Identity:
        """Return what makes `subprocess` start a program as this account."""
        if self == Account.mine():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, directory: Path) -> bool:
        """Tell whether this account can reach what lies in a directory."""
        return self._test("-x", directory)

    def can_run(self, program: Path) -> bool:
        """Tell whether this account can execute a program."""
        return self._test("-x", program)

    def adopt(self, path: Path) -> None:
        """Make this account the owner of a path of ours."""
        if self != Account.mine():
            os.chown(path, self.uid, self.gid)

    def private_directory(self, path: Path) -> Path:
        """Make a directory that nobody but this account (and root) can enter; return it."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.adopt(path)
        path.chmod(0o700)
        return path

    def _test(self, flag: str, path: Path) -> bool:
        # Asking the system as that account is the only answer that knows every directory above.
        asked = subprocess.run(
            ["/usr/bin/test", flag, str(path)], cwd="/", check=False, **self.as_arguments()
        )
        return asked.returncode == 0
