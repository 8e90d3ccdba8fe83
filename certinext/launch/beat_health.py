"""The health of Celery's beat, which answers no questions: is its schedule still written?

`python -m certinext.launch.beat_health SCHEDULE` exits with 0 when it is.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

# Something is due every minute, and beat writes its schedule down every three.
FRESH_SECONDS = 600


def is_fresh(schedule: Path, *, now: float) -> bool:
    """Tell whether beat wrote its schedule lately; `now` is seconds since the epoch.

    The file may carry a suffix (`.db`, `.dat`): that depends on the machine's dbm.
    """
    written = [path.stat().st_mtime for path in schedule.parent.glob(f"{schedule.name}*")]
    return bool(written) and now - max(written) < FRESH_SECONDS


if __name__ == "__main__":
    sys.exit(0 if is_fresh(Path(sys.argv[1]), now=time.time()) else 1)
