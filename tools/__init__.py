"""Ports, and the adapters that connect them to the world."""
