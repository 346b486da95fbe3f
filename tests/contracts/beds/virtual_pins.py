"""Beds of the virtual twins of what hangs on pins: orders and news go over the control socket."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drivers.base import Tune
from drivers.virtual.button import VirtualButton
from drivers.virtual.buzzer import VirtualBuzzer
from drivers.virtual.client import VirtualClient, VirtualClientError, send
from drivers.virtual.device import VirtualDevice
from drivers.virtual.drawer import VirtualDrawer
from tests.contracts.beds.virtual import VirtualBed


class ListeningBed(VirtualBed):
    """Hears the news of its device, once it is asked what it heard."""

    def __init__(self, folder: Path, kind: type[VirtualDevice]) -> None:
        super().__init__(folder, kind)
        self._client: VirtualClient | None = None

    def listen(self) -> VirtualClient:
        self._client = self._client or VirtualClient(self.path)
        return self._client

    def until(self, news: dict[str, Any]) -> bool:
        try:
            while self.listen().news() != news:
                pass
        except VirtualClientError:
            return False
        return True

    def close(self) -> None:
        super().close()
        if self._client is not None:
            self._client.close()


class VirtualDrawerBed(ListeningBed):
    driver: VirtualDrawer

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, VirtualDrawer)

    def sprang_open(self, times: int) -> bool:
        seen = self.until({"drawer": "open"}) and self.opened() == times
        send(self.path, {"shut": True})
        return seen and self.until({"drawer": "shut"})

    def opened(self) -> int:
        return self.driver.opened


class VirtualBuzzerBed(ListeningBed):
    """It listens before the first tune, for a tune is news of the moment."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, VirtualBuzzer)

    def heard(self, tune: Tune) -> bool:
        return self.until({"sound": tune})

    def silent(self) -> bool:
        if self._client is None:
            self.listen().plug(True)
        return True


class VirtualButtonBed(VirtualBed):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, VirtualButton)

    def press(self) -> None:
        send(self.path, {"press": True})
