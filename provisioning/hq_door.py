"""HQ as a new device sees it: four requests, over TLS that is pinned from the second one on."""

from __future__ import annotations

import hashlib
import json
import ssl
import warnings
from typing import Any

import urllib3
from pydantic import ValidationError
from urllib3.exceptions import HTTPError, InsecureRequestWarning, ProtocolError, ReadTimeoutError

from protocol.enrolment import EnrolAnswer, EnrolRequest, Hello
from protocol.signing import Signed
from provisioning.failures import EnrolError, Failure

MAX_ANSWER = 64 * 1024
TIMEOUT = urllib3.Timeout(connect=10, read=20)
NO_CHECK_TIME = 0x200000  # OpenSSL: a wrong clock must not hide the right time (sync.md, Identity and trust)
_DATES = frozenset({9, 10})  # OpenSSL: certificate not yet valid, has expired
_REFUSALS = {"claim_unknown": Failure.P01, "claim_proof": Failure.P02, "claim_expired": Failure.P03}


class HqDoor:
    """One HQ, by its address. `pin` must have succeeded before anything else is asked."""

    def __init__(self, hq: str) -> None:
        self._hq = hq
        self._pinned: urllib3.PoolManager | None = None
        self._timeless: urllib3.PoolManager | None = None
        self.ca_pem = ""

    def pin(self, ca_pin: str) -> None:
        """Fetch HQ's authority from whoever answers, and trust it only if it is the pinned one. Raises EnrolError."""
        unverified = urllib3.PoolManager(cert_reqs="CERT_NONE", assert_hostname=False)
        with warnings.catch_warnings(), unverified:
            warnings.simplefilter("ignore", InsecureRequestWarning)  # the pin below is the verification
            pem = self._ask(unverified, "GET", "/v1/ca", "ca")
        self.ca_pem = self._check_pin(pem, ca_pin)
        self._pinned, self._timeless = _pool(self.ca_pem), _pool(self.ca_pem, check_time=False)

    def time(self, nonce: str) -> Signed:
        """HQ's signed time; certificate dates are not checked here, since the clock may be wrong."""
        assert self._timeless is not None, "pin comes first"
        return self._signed(self._ask(self._timeless, "GET", f"/v1/time?nonce={nonce}", "time"))

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        assert self._pinned is not None, "pin comes first"
        answer = self._ask(self._pinned, "POST", "/v1/enrol", "enrol", request.model_dump())
        try:
            return EnrolAnswer.model_validate_json(answer)
        except ValidationError:
            raise EnrolError(Failure.P21) from None

    def hello(self, hello: Hello) -> None:
        assert self._pinned is not None, "pin comes first"
        self._ask(self._pinned, "POST", "/v1/hello", "hello", hello.model_dump())

    def close(self) -> None:
        for pool in (self._pinned, self._timeless):
            if pool is not None:
                pool.clear()

    def _check_pin(self, pem: bytes, ca_pin: str) -> str:
        try:
            text = pem.decode("ascii")
            der = ssl.PEM_cert_to_DER_cert(text)
        except ValueError:
            raise EnrolError(Failure.P11, hq=self._hq) from None
        if hashlib.sha256(der).hexdigest() != ca_pin:
            raise EnrolError(Failure.P11, hq=self._hq)
        return ssl.DER_cert_to_PEM_cert(der)  # exactly the pinned certificate, and nothing that came along with it

    def _signed(self, data: bytes) -> Signed:
        try:
            return Signed.model_validate_json(data)
        except ValidationError:
            raise EnrolError(Failure.P10, hq=self._hq, stage="time") from None

    def _ask(
        self, pool: urllib3.PoolManager, method: str, path: str, stage: str, body: dict[str, Any] | None = None
    ) -> bytes:
        options: dict[str, Any] = {"retries": False, "redirect": False, "timeout": TIMEOUT, "preload_content": False}
        try:
            answer = pool.request(method, self._hq + path, json=body, **options)
            try:
                data: bytes = answer.read(MAX_ANSWER)
            finally:
                answer.close()
        except (HTTPError, OSError) as error:
            raise self._failed(error, stage) from error
        if answer.status >= 300:
            raise self._refused(answer.status, data, stage)
        return data

    def _failed(self, error: Exception, stage: str) -> EnrolError:
        inner = next((one for one in error.args if isinstance(one, ssl.SSLCertVerificationError)), None)
        if inner is not None and inner.verify_code not in _DATES:
            return EnrolError(Failure.P11, hq=self._hq)
        if inner is not None:
            return EnrolError(Failure.P12, hours="many")
        lost = isinstance(error, ProtocolError | ReadTimeoutError)
        return EnrolError(Failure.P21) if lost and stage == "enrol" else self._unreached(stage)

    def _refused(self, status: int, data: bytes, stage: str) -> EnrolError:
        code, params = _problem(data)
        if code in _REFUSALS:
            return EnrolError(_REFUSALS[code], what="HQ does not know it", tries_left=params.get("tries_left", 0))
        if code == "claim_used":
            return EnrolError(Failure.P04)
        return self._unreached(f"{stage} ({status})")

    def _unreached(self, stage: str) -> EnrolError:
        return EnrolError(Failure.P10, hq=self._hq, stage=stage)


def _pool(ca_pem: str, *, check_time: bool = True) -> urllib3.PoolManager:
    context = ssl.create_default_context(cadata=ca_pem)
    if not check_time:
        context.verify_flags |= NO_CHECK_TIME
    return urllib3.PoolManager(ssl_context=context)


def _problem(data: bytes) -> tuple[str, dict[str, Any]]:
    try:
        problem = json.loads(data)["error"]
        return str(problem["code"]), dict(problem["params"])
    except (ValueError, LookupError, TypeError):
        return "", {}
