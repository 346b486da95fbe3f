"""The store service: the till, its ledger, its directory, the sync agent and the pages."""
