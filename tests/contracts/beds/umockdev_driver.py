"""One driver from the registry, told on standard output as JSON lines. Its argument is the order of `umockdev.told`."""

from __future__ import annotations

import json
import queue
import sys
from dataclasses import asdict

from drivers import registry
from drivers.base import DeviceStatus, Event

LIMIT_S = 30.0


def main() -> None:
    order = json.loads(sys.argv[1])
    entry = registry.find(order["kind"], order["name"])
    driver = registry.create(order["kind"], order["name"], "counter", entry.options.model_validate(order["options"]))
    events: queue.Queue[Event] = queue.Queue()
    driver.start(events.put)
    left = order["acts"]
    while left > 0:
        event = events.get(timeout=LIMIT_S)
        sys.stdout.write(json.dumps({"event": type(event).__name__, **asdict(event)}) + "\n")
        if isinstance(event, DeviceStatus):
            left = 0 if event.state != "ready" else left
        else:
            left -= 1
    driver.close()


if __name__ == "__main__":
    main()
