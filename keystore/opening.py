"""Which key store a name stands for: a folder, or `pkcs11:` and the label of a token."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from keystore.file_store import FileStore
from keystore.masters import KeyStore, KeyStoreError

PKCS11 = "pkcs11:"
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"


def open_store(where: str, module: str, pin: Callable[[], str], random: Callable[[int], bytes]) -> KeyStore:
    """Open it. `module` is the token's library; `pin` is asked for a token alone. Raises KeyStoreError."""
    if not where.startswith(PKCS11):
        return FileStore(Path(where), random)
    try:
        from keystore.pkcs11_store import Pkcs11Store
    except ImportError as error:
        raise KeyStoreError(f"tokens need the library {error.name}: install it") from error
    return Pkcs11Store(module, where.removeprefix(PKCS11), pin())
