"""What the POS API answers of an intent, whatever it became."""

from __future__ import annotations

from terminal.web.answers import Said, SaleReceipt
from terminal.web.refund_answers import RefundReceipt, UnverifiedReceipt
from terminal.web.value_answers import PayOutReceipt, TopUpReceipt


class OperationAnswer(Said):
    """`receipt` is what the intent was answered with; its `kind` says what it is."""

    intent: str
    receipt: SaleReceipt | RefundReceipt | UnverifiedReceipt | TopUpReceipt | PayOutReceipt
