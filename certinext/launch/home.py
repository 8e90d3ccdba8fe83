"""The folder that the servers of one environment (demo or test) work in."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import time
from dataclasses import dataclass, replace
from pathlib import Path

from certinext.launch.account import Account
from certinext.launch.console import LaunchError

# A Unix socket's address has room for 107 bytes, its file name included.
_LONGEST_HOME = 107 - len("/sockets/.s.PGSQL.5432")
# Where files lie in memory, and the room that must be free there: tests take a tenth of it.
_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 2 * 2**30
# The file that says whose data these are.
_OWNER = "belongs-to"
_KEPT_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Home:
    """Where servers keep data and sockets, and the account that they run as."""

    folder: Path
    account: Account
    # Where the data lie when they lie elsewhere, and the directory whose they are.
    closet: Path | None = None
    directory: Path | None = None

    @classmethod
    def in_memory(cls, directory: Path) -> Home:
        """Return a home like `below`'s that keeps its data in memory, if there is room.

        They are for throwing away: hundreds of files for each database come and go.
        """
        home = cls.below(directory)
        closet = _MEMORY / _name_of(directory)
        if not (closet.exists() or _has_room()):
            return home
        return replace(home, closet=closet, directory=directory)

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
        return (self.closet or self.folder) / "data"

    def prepare(self) -> None:
        """Make the closed folders. Raises LaunchError when somebody else was there first."""
        _own(self.folder)
        if self.closet:
            _remove_orphans()
            _own(self.closet)
            (self.closet / _OWNER).write_text(str(self.directory))
        self.account.private_directory(self.sockets)
        self.account.private_directory(self.data)

    def empty_closet(self) -> None:
        """Give back the memory that the data take. No server may run on them."""
        if self.closet:
            shutil.rmtree(self.closet, ignore_errors=True)

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
    return Path("/var/tmp") / _name_of(directory)


def _name_of(directory: Path) -> str:
    return "certinext-" + hashlib.sha256(os.fsencode(directory.resolve())).hexdigest()[:12]


def _has_room() -> bool:
    try:
        return os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES
    except OSError:
        return False


def _own(folder: Path) -> None:
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise LaunchError(f"{folder} belongs to somebody else: remove it and try again.")


def _remove_orphans() -> None:
    """Give back the memory of homes that were deleted.

    A container may share this memory and no other folder: its homes are never seen from here, so
    what was used today stays.
    """
    for owner in _MEMORY.glob(f"certinext-*/{_OWNER}"):
        found = owner.lstat()
        unused = found.st_uid == os.geteuid() and found.st_mtime < time.time() - _KEPT_SECONDS
        if unused and not Path(owner.read_text()).exists():
            shutil.rmtree(owner.parent, ignore_errors=True)


def _open_for_all(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
