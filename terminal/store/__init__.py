"""What a terminal keeps on disk: `ledger.db`, precious, and `directory.db`, which HQ can send again (sync.md)."""
