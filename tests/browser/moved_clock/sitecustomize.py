"""Python loads this at the start of a program that has this folder on its path.

Its clock then begins at CLOCK and goes on from there: a month ends without anybody waiting for it.
"""

from __future__ import annotations

import os
from datetime import datetime

import time_machine

time_machine.travel(datetime.fromisoformat(os.environ["CLOCK"]), tick=True).start()
