"""Every audit and message name, in one enum each.  A name that nothing uses fails a convention test."""

from __future__ import annotations

from enum import StrEnum


class AuditName(StrEnum):
    """What an audit event records: `<subject>.<what was done>`; for reads `read.<what was shown>`."""

    ORDER_STARTED = "order.started"
    ORDER_ENTERED_FOR_CALLER = "order.entered_for_caller"
    ORDER_CONTINUED_IN_PORTAL = "order.continued_in_portal"
    ORDER_COPIED = "order.copied"
    ORDER_REPLACED = "order.replaced"
    ORDER_RESTORED = "order.restored"
    ORDER_STEP_SAVED = "order.step_saved"
    ORDER_FORECAST_SHOWN = "order.forecast_shown"
    ORDER_DISCARDED = "order.discarded"
    ORDER_SUBMITTED = "order.submitted"
    ORDER_EVALUATED = "order.evaluated"
    ORDER_MOVED = "order.moved"
    ORDER_DETERMINED = "order.determined"
    ORDER_CONTACT_CHANGED = "order.contact_changed"
    ORDER_CANCELLED = "order.cancelled"

    CASE_TAKEN = "case.taken"
    CASE_RELEASED = "case.released"
    CASE_ESCALATED = "case.escalated"
    CASE_DEADLINE_NEAR = "case.deadline_near"
    CASE_INFORMATION_ADDED = "case.information_added"
    CASE_DUPLICATE_CLEARED = "case.duplicate_cleared"
    CASE_DRUG_WITHDRAWN = "case.drug_withdrawn"
    CASE_WITHDRAWN = "case.withdrawn"
    CASE_DOCUMENT_ADDED = "case.document_added"
    CASE_DOCUMENT_REFUSED = "case.document_refused"
    CASE_DOCUMENT_SCANNED = "case.document_scanned"
    CASE_NEWS_SEEN = "case.news_seen"
    CASE_PEER_TO_PEER_OFFERED = "case.peer_to_peer_offered"
    CASE_DECIDED = "case.decided"

    CALL_ASKED_FOR = "call.asked_for"
    CALL_CLOSED = "call.closed"
    CALLER_TOLD = "caller.told"

    READ_ORDER = "read.order"
    READ_DENIED = "read.denied"
    LOOKUP_EMPTY = "lookup.empty"
    MEMBER_SEARCHED = "member.searched"
    SUMMARY_DOWNLOADED = "summary.downloaded"
    DOCUMENT_DOWNLOADED = "document.downloaded"

    SIGNIN_SUCCEEDED = "signin.succeeded"
    SIGNIN_FAILED = "signin.failed"
    SIGNOUT = "signout"
    SESSION_EXPIRED = "session.expired"

    RELEASE_STAGED = "release.staged"
    RELEASE_APPROVED = "release.approved"
    RELEASE_PUBLISHED = "release.published"
    CONTENT_LOADED = "content.loaded"
    ROSTER_LOADED = "roster.loaded"
    PROGRAMS_LOADED = "programs.loaded"


class MessageName(StrEnum):
    """What a message tells somebody; `notifications.messages` says how and with which words."""

    CASE_STATUS_CHANGED = "case.status_changed"
    CASE_STATUS_CHANGED_FOR_OFFICE = "case.status_changed_for_office"
