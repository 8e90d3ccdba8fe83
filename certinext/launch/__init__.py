"""What `run.py` needs to turn a fresh clone into a running portal. Nothing but Python's library.

`cli` reads the command line; `demo`, `checks` and `cli` itself are the commands. Below them:
`packages`, `libraries` and `browser` install what is missing (`apt` fetches it from Debian),
`servers` runs PostgreSQL (`postgres`) and Valkey (`valkey`) as an unprivileged `account`, and
`processes` starts, watches and stops the portal's own programs.
"""
