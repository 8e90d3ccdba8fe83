"""Prepaid credits: adding to them, taking money back out of them, and watching that they last."""
