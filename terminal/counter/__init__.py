"""The use cases of the till: identify, scan, quote, pay. Talks to ledger and directory; knows no HTTP."""
