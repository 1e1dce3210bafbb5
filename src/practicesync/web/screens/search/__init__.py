"""Searching everything: clients, XPM clients, pages, actions."""
