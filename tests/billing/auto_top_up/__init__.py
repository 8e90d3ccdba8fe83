"""Tests of automatic top-ups."""
