"""What a plain user unpacks, and how programs find it."""

from __future__ import annotations

from pathlib import Path

import pytest

from certinext.launch.apt import new_packages
from certinext.launch.libraries import search_paths

SIMULATION = """\
NOTE: This is only a simulation!
Inst libc6 [2.36-9+deb12u9] (2.36-9+deb12u10 Debian:12.11/stable [amd64])
Inst libgraphite2-3 (1.3.14-1 Debian:12.11/stable [amd64])
Inst libpango-1.0-0 (1.50.12+ds-1 Debian:12.11/stable [amd64]) []
Conf libgraphite2-3 (1.3.14-1 Debian:12.11/stable [amd64])
"""


def test_only_new_packages_are_unpacked_never_a_newer_c_library() -> None:
    assert new_packages(SIMULATION) == ["libgraphite2-3", "libpango-1.0-0"]


def test_libraries_are_searched_in_every_unpacked_folder_and_then_in_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/lib")
    for folder in ("usr/lib/x86_64-linux-gnu/pulseaudio", "lib/x86_64-linux-gnu"):
        (tmp_path / folder).mkdir(parents=True)

    variables = search_paths(tmp_path)

    assert variables["LD_LIBRARY_PATH"].split(":") == [
        f"{tmp_path}/usr/lib/x86_64-linux-gnu",
        f"{tmp_path}/lib/x86_64-linux-gnu",
        f"{tmp_path}/usr/lib/x86_64-linux-gnu/pulseaudio",
        "/opt/lib",
    ]


def test_fonts_are_found_in_the_unpacked_folder_and_on_the_machine(tmp_path: Path) -> None:
    configuration = Path(search_paths(tmp_path)["FONTCONFIG_FILE"]).read_text()

    assert f"<dir>{tmp_path}/usr/share/fonts</dir>" in configuration
    assert "<dir>/usr/share/fonts</dir>" in configuration
