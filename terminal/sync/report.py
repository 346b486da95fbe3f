"""After HQ was restored from a backup: what it signed and granted and forgot is told back (sync.md, Leases 10)."""

from __future__ import annotations

import logging

from pydantic import ValidationError

from protocol.canonical import CanonicalError
from protocol.control import CONFIGURATION, DENY
from protocol.feed import RowKind
from protocol.lease import MOST_DIGESTS, Grant, GrantPage, KeptGrants, grant_digest
from protocol.obeyed import MOST, Held, Obeyed
from protocol.signing import SignatureError, Signed
from terminal.store.directory_writer import DirectoryWriter
from terminal.store.outbox import OutboxReader
from terminal.sync.bundle import PROGRAMME
from terminal.sync.failures import Refused
from terminal.sync.hq_client import HqClient

log = logging.getLogger(__name__)
PAGE_BYTES = 512 * 1024
_OBEYED = {RowKind.PROGRAMME: PROGRAMME, RowKind.DENY: DENY, RowKind.CONFIGURATION: CONFIGURATION}


def hand_back(client: HqClient, writer: DirectoryWriter) -> None:
    """Give HQ what it signed after its backup: denials, configuration, programmes. Before any of it is fetched anew.

    One document at a time, as HQ asks for it. An HQ that does not know the question goes without. Raises what HqClient
    raises.
    """
    documents = _documents(writer, client.trust_key)
    held, given = tuple(documents)[:MOST], set[Held]()
    try:
        wanted = client.obeyed(Obeyed(held=held)).wanted
        while left := [each for each in wanted if each in documents and each not in given]:
            given.add(left[0])
            wanted = client.obeyed(Obeyed(held=held, documents=(documents[left[0]],))).wanted
            log.info("HQ was given back %s %d", left[0].purpose, left[0].version)
    except Refused as refused:
        if refused.code != "not_found":
            raise
        log.info("HQ takes no documents back")


def _documents(writer: DirectoryWriter, trust_key: str) -> dict[Held, Signed]:
    """What is obeyed here and signed by HQ, each version once."""
    found = {}
    for kind, purpose in _OBEYED.items():
        for body in writer.bodies(kind):
            try:
                signed = Signed.model_validate_json(body)
                version = signed.open(purpose, trust_key)["version"]
                found[Held(purpose=purpose, version=version)] = signed
            except (ValidationError, SignatureError, CanonicalError, TypeError, KeyError):
                log.warning("a row of %s is not what HQ signed: it is not given back", kind.value)
    newest_first = sorted(found.items(), key=lambda item: (item[0].purpose, -item[0].version))
    return dict(newest_first)


def report_grants(client: HqClient, outbox: OutboxReader, known: int, at_once: int = MOST_DIGESTS) -> None:
    """Tell HQ every grant above number `known`, page by page; one page at least, so that HQ knows it has heard all.

    Before that, what HQ gave under numbers under which others were applied here is taken back, and HQ hears which
    rights to refund lie here now. All of it before the operations: what was spent here comes out of leases that HQ
    knows. Raises what HqClient raises.
    """
    known = _compare(client, outbox, known, at_once)
    while True:
        device, epoch, head = outbox.holder()
        grants = tuple(Grant.model_validate_json(body) for body in outbox.grants_since(known, PAGE_BYTES))
        reported = client.report(GrantPage(device=device, epoch=epoch, grants=grants, head=head)).granted
        log.info("HQ was told %d grants, and knows %d of %d", len(grants), reported, head)
        if reported >= head or reported <= known:
            return
        known = reported


def _compare(client: HqClient, outbox: OutboxReader, known: int, at_once: int) -> int:
    """Say which grants are kept here, and the rights that are left of them; gives the number of the newest at HQ once
    it has none that differs.

    An HQ that does not know the question goes without.
    """
    device, epoch, _ = outbox.holder()
    after, at_hq = 0, known
    while kept := outbox.kept_grants(after, at_once):
        (first, _), (last, _) = kept[0], kept[-1]
        digests = tuple(grant_digest(Grant.model_validate_json(body)) for _, body in kept)
        next_seq, rights = outbox.rights_by(first, last)
        told = KeptGrants(device=device, epoch=epoch, first=first, digests=digests, rights=rights, next_seq=next_seq)
        try:
            at_hq = client.kept(told).granted
        except Refused as refused:
            if refused.code != "not_found":
                raise
            log.info("HQ compares no grants")
            return known
        after = last
    return at_hq
