"""What is measured, each beside its target: `python3 run.py bench NAME`."""
