"""Logging: one JSON line an event on standard error, with secrets and tax numbers taken out on the one way out."""

import logging
import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET_KEYS = re.compile(r"token|secret|password|authorization|cookie|verifier|^code$|tax_number", re.IGNORECASE)
SECRET_TEXT = re.compile(
    r"(eyJ[\w-]{8,}\.[\w.-]+)"  # JSON web tokens
    r"|(?i:(?<=bearer )[\w.~+/=-]{8,})"
    r"|(?i:(?<=refresh_token=)[^&\s\"']+)"
    r"|(?i:(?<=code=)[^&\s\"']+)"
    r"|(?<![\w.-])\d{3}[ -]?\d{3}[ -]?\d{2,3}(?![\w-])"  # tax numbers, spaced or not
)
HIDDEN = "[hidden]"


def redact(value: Any) -> Any:
    """The value without secrets, at any depth. Lists, dictionaries and text; other things are taken as text."""
    if isinstance(value, dict):
        return {key: HIDDEN if SECRET_KEYS.search(str(key)) else redact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return SECRET_TEXT.sub(HIDDEN, str(value))


def _redact_event(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # Django hands its request along; told as text it holds the address, and in it what somebody searched for.
    event.pop("request", None)
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = HIDDEN if SECRET_KEYS.search(key) else redact(value)
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def logging_config(level: str) -> dict[str, Any]:
    """The configuration for `logging.config.dictConfig`; every handler goes through the redaction."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    _redact_event,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "dbos": {"level": "WARNING"},
            "httpx2": {"level": "WARNING"},
            "httpcore2": {"level": "WARNING"},
        },
    }


def set_up(config: dict[str, Any]) -> None:
    """Apply the configuration; called once by each door as it starts."""
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
