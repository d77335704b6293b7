"""Starts real proxies, probes through them, and writes the table of what they do to an exchange."""
