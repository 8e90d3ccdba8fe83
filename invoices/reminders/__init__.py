"""Reminders: what is due, claiming it once, the letter, sending it, and stopping it all."""
