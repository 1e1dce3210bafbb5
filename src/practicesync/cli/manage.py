"""Django's own commands on this installation's settings."""

import argparse

from django.core.management import execute_from_command_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Django declares them."""


def run(options: argparse.Namespace) -> int:
    """Hand the words over."""
    execute_from_command_line(["practicesync manage", *options.words])
    return 0
