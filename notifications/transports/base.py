"""What every transport raises when it could not hand a message over."""

from __future__ import annotations


class TransportError(Exception):
    """The message was not handed over.  `permanent`: trying again would not help.

    The text names the fault for an administrator and never quotes the message.
    """

    def __init__(self, text: str, *, permanent: bool = False) -> None:
        super().__init__(text)
        self.permanent = permanent
