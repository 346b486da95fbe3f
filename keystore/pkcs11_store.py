"""Masters in a PKCS #11 token, which enciphers single blocks with them and never gives them away.

A master is a secret AES key of 128 bits labelled `stillpoint-<master>-<version>`: sensitive, not extractable, and for
enciphering alone (CKM_AES_ECB).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType

import pkcs11
from pkcs11 import Attribute, EncryptMixin, Key, KeyType, Mechanism, MechanismFlag, ObjectClass, PKCS11Error

from cards.aes import BLOCK, AesKey
from cards.diversify import diversify_with
from cards.generations import NoMaster
from keystore.masters import KeyStoreError, checked, version_of

_PREFIX = "stillpoint-"
_KEPT_INSIDE = MappingProxyType(
    {
        Attribute.SENSITIVE: True,
        Attribute.EXTRACTABLE: False,
        Attribute.PRIVATE: True,
        Attribute.DECRYPT: False,
        Attribute.WRAP: False,
        Attribute.UNWRAP: False,
        Attribute.SIGN: False,
        Attribute.VERIFY: False,
        Attribute.DERIVE: False,
    }
)


class Pkcs11Store:
    """The token `label` behind the library at `module`, opened with `pin`: once in a process. Raises KeyStoreError."""

    def __init__(self, module: str, label: str, pin: str) -> None:
        self._label = label
        with self._telling(f"the token {label!r} cannot be opened by {module}"):
            self._session = pkcs11.lib(module).get_token(token_label=label).open(rw=True, user_pin=pin)

    def versions(self, master: str) -> frozenset[int]:
        """As `KeyStore`."""
        with self._telling("the masters cannot be listed"):
            keys = self._session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY})
            labels = [str(key[Attribute.LABEL]) for key in keys]
        ours = (label.removeprefix(_PREFIX) for label in labels if label.startswith(_PREFIX))
        return frozenset(version for each in ours if (version := version_of(each, master)) is not None)

    def make(self, master: str, version: int) -> None:
        """As `KeyStore`; the token makes it by its own chance."""
        kept = checked(master, version)
        if version in self.versions(master):
            raise KeyStoreError(f"master {kept} is in the token {self._label!r} already: it is never made twice")
        with self._telling("a master cannot be made"):
            self._session.generate_key(
                KeyType.AES,
                8 * BLOCK,
                label=_PREFIX + kept,
                store=True,
                capabilities=MechanismFlag.ENCRYPT,
                template=dict(_KEPT_INSIDE),
            )

    def diversify(self, master: str, version: int, material: bytes) -> AesKey:
        """As `KeyStore`. A key that the token would give away is not used."""
        kept = checked(master, version)
        try:
            with self._telling("a card's key cannot be made"):
                key = self._session.get_key(ObjectClass.SECRET_KEY, KeyType.AES, label=_PREFIX + kept)
                if key[Attribute.EXTRACTABLE] or not key[Attribute.SENSITIVE]:
                    raise KeyStoreError(f"the token gives master {kept} away to whoever asks: make the next version")
                return diversify_with(lambda block: _enciphered(key, block), material)
        except pkcs11.NoSuchKey as error:
            raise NoMaster(f"there is no master of version {version} in the token {self._label!r}") from error

    def close(self) -> None:
        """As `KeyStore`."""
        with self._telling("the token cannot be closed"):
            self._session.close()

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        try:
            yield
        except pkcs11.NoSuchKey:
            raise
        except PKCS11Error as error:
            raise KeyStoreError(f"{what}: the token says {type(error).__name__}") from error


def _enciphered(key: Key, block: bytes) -> bytes:
    """One block under a key in the token; every AES key can do that (`EncryptMixin`)."""
    done = key.encrypt(block, mechanism=Mechanism.AES_ECB) if isinstance(key, EncryptMixin) else None
    if not isinstance(done, bytes):
        raise KeyStoreError("the token enciphers no single blocks with its masters (CKM_AES_ECB): use another token")
    return done
