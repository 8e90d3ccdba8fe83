#!/usr/bin/env python
"""Django's command line. Commands that create or change tables run as the database's owner."""

from __future__ import annotations

import os
import sys

# The application's role owns nothing and has no DDL; these commands need the owner's.
OWNER_COMMANDS = {"create_tenant", "demo", "drop_tenant", "migrate", "migrate_schemas"}


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certinext.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ.setdefault("DATABASE_ROLE", "owner")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
