#!/usr/bin/env python3
"""Set up everything this project needs on this machine and run it: `python3 run.py --help`."""

import sys

# This file parses on any Python 3, so that an old one can be told in a sentence what is missing.
if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or newer is needed; this is Python %d.%d." % sys.version_info[:2])

from certinext.launch.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
