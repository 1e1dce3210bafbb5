"""Runs: asked for, followed and cancelled."""
