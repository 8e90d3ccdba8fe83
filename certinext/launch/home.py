"""The folder that the servers of one environment (demo or test) work in."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from certinext.launch.account import Account
from certinext.launch.console import LaunchError

# A Unix socket's address has room for 107 bytes, its file name included.
_LONGEST_HOME = 107 - len("/sockets/.s.PGSQL.5432")


@dataclass(frozen=True)
class Home:
    """Where servers keep data and sockets, and the account that they run as."""

    folder: Path
    account: Account

    @classmethod
    def below(cls, directory: Path) -> Home:
        """Return the home for the servers of an environment.

        It is the environment's own directory, unless the servers' account cannot get there (a
        clone in root's closed home) or the path is too long for a socket: then it is a folder
        in /var/tmp that is always the same for this directory.
        """
        account = Account.for_servers()
        directory.mkdir(parents=True, exist_ok=True)
        if len(os.fsencode(directory)) <= _LONGEST_HOME and account.can_enter(directory):
            return cls(directory, account)
        return cls(_elsewhere(directory), account)

    @property
    def sockets(self) -> Path:
        """The closed folder of the sockets: who can enter it may talk to the servers."""
        return self.folder / "sockets"

    @property
    def data(self) -> Path:
        """The closed folder of the servers' data."""
        return self.folder / "data"

    def prepare(self) -> None:
        """Make the closed folders. Raises LaunchError when somebody else was there first."""
        self.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        found = self.folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise LaunchError(f"{self.folder} belongs to somebody else: remove it and try again.")
        self.account.private_directory(self.sockets)
        self.account.private_directory(self.data)

    def reachable(self, program: Path, *, tree: list[Path]) -> Path:
        """Return a path under which the servers' account can run a program.

        `tree` are the folders it needs, in one parent. They are copied when they lie where the
        account cannot get to (an environment in root's closed home).
        """
        if self.account.can_run(program):
            return program
        parent = tree[0].parent
        # A new version of the package lies under another name than the old one's copy.
        stamp = hashlib.sha256(f"{program}{program.stat().st_mtime_ns}".encode()).hexdigest()[:10]
        copy = self.folder / f"programs-{stamp}-{program.name}"
        if not copy.exists():
            unfinished = copy.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            for folder in tree:
                shutil.copytree(folder, unfinished / folder.name, symlinks=True)
            _open_for_all(unfinished)
            unfinished.rename(copy)
        return copy / program.relative_to(parent)


def _elsewhere(directory: Path) -> Path:
    name = hashlib.sha256(os.fsencode(directory.resolve())).hexdigest()[:12]
    return Path("/var/tmp") / f"certinext-{name}"


def _open_for_all(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
