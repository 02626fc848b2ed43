from orders.models.callers import CallerRequest, CallTask, OutageReason, ToldItem
from orders.models.cancellations import Cancellation
from orders.models.clinical import ClinicalSnapshot
from orders.models.clocks import ClockEvent
from orders.models.determinations import LineDetermination
from orders.models.documents import OrderDocument
from orders.models.drafts import StepAnswers
from orders.models.drug_lines import DrugLine
from orders.models.evaluations import Evaluation, LineEvaluation
from orders.models.events import OrderEvent
from orders.models.findings import Finding, PeerToPeerOffer
from orders.models.order import Order
from orders.models.scodes import SCodeGrant
from orders.models.work import ReviewAssignment, WorkItem

__all__ = [
    "CallTask",
    "CallerRequest",
    "Cancellation",
    "ClinicalSnapshot",
    "ClockEvent",
    "DrugLine",
    "Evaluation",
    "Finding",
    "LineDetermination",
    "LineEvaluation",
    "Order",
    "OrderDocument",
    "OrderEvent",
    "OutageReason",
    "PeerToPeerOffer",
    "ReviewAssignment",
    "SCodeGrant",
    "StepAnswers",
    "ToldItem",
    "WorkItem",
]
