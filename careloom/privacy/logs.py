"""Log lines without people: one JSON object a line on standard error, exceptions by class alone."""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from careloom.errors import ConfigError

ADDRESS_TELLERS = ("httpx", "httpx2", "httpcore", "httpcore2")


def class_alone(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Keep an exception's class and drop its text and traceback, which may quote a person's data."""
    del logger, method
    info = event.pop("exc_info", None)
    event.pop("exception", None)
    event.pop("stack_info", None)
    if info is True:
        info = sys.exc_info()
    kind = info[0] if isinstance(info, tuple) else type(info) if isinstance(info, BaseException) else None
    if kind is not None:
        event["error"] = kind.__qualname__
    return event


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        class_alone,
    ]


def configure() -> None:
    """Send structlog's lines through the standard library's handlers."""
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_config(level: str) -> dict[str, Any]:
    """The standard library's logging configuration (logging.config.dictConfig) at that level.

    Raises ConfigError for a level that the standard library does not know.
    """
    if level.upper() not in logging.getLevelNamesMapping():
        raise ConfigError("CARELOOM_LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL")
    configure()
    logging.raiseExceptions = False  # a handler that fails would print the line's traceback on standard error
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared(),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            "django": {"handlers": [], "level": level.upper(), "propagate": True},
            # These name the addresses that they ask, and with them a patient's number at another system.
            **{name: {"handlers": [], "level": "WARNING", "propagate": True} for name in ADDRESS_TELLERS},
        },
    }
