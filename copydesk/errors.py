"""The faults that copydesk names. Nothing here does anything; messages say what was expected, found and where."""


class CopydeskError(Exception):
    """A fault that a person can act on; its text is one line."""


class PageError(CopydeskError):
    """This document is bad: it becomes a quarantined row of `sources`, and the run goes on.

    `code` is a short stable word for counting ("empty", "binary", "no-body"); the text is for people.
    """

    stage = "read"

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)  # both in args, so that it survives a trip between processes
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message


class ReadError(PageError):
    """The bytes could not be had or are no text."""

    stage = "read"


class ExtractError(PageError):
    """The text could not be cut into blocks."""

    stage = "extract"


class LabelError(PageError):
    """The blocks hold no article: only boilerplate, an error page, a list of links."""

    stage = "label"


class RunError(CopydeskError):
    """This run is bad: one line on stderr, a non-zero exit, nothing published."""


class ContractError(RunError):
    """A contract, rule or resource file is broken."""


class AuditError(RunError):
    """A critical expectation failed; the last good snapshot stays."""


class UsageError(RunError):
    """The command asks for what cannot be: a wrong option or setting, an OUT that holds no tables."""


class StoreError(RunError):
    """A file of the store is damaged or was written by another version; `name` says which."""

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message, name)
        self.message = message
        self.name = name

    def __str__(self) -> str:
        return self.message
