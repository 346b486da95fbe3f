"""After HQ was restored from a backup: the grants that it made and has forgotten are told back (sync.md, Leases 10)."""

from __future__ import annotations

import logging

from protocol.lease import Grant, GrantPage
from terminal.store.outbox import OutboxReader
from terminal.sync.hq_client import HqClient

log = logging.getLogger(__name__)
PAGE_BYTES = 512 * 1024


def report_grants(client: HqClient, outbox: OutboxReader, known: int) -> None:
    """Tell HQ every grant above number `known`, page by page; one page at least, so that HQ knows it has heard all.

    Before the operations: what was spent here comes out of leases that HQ knows. Raises what HqClient raises.
    """
    while True:
        device, epoch, head = outbox.holder()
        grants = tuple(Grant.model_validate_json(body) for body in outbox.grants_since(known, PAGE_BYTES))
        reported = client.report(GrantPage(device=device, epoch=epoch, grants=grants, head=head)).granted
        log.info("HQ was told %d grants, and knows %d of %d", len(grants), reported, head)
        if reported >= head or reported <= known:
            return
        known = reported
