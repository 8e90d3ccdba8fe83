"""Registering documents at the government's portal (India, CGST Rule 48(4))."""
