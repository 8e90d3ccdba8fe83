"""Automatic top-ups: credits that run low are topped up by a method the account keeps."""
