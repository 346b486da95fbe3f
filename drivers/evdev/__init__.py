"""Devices that type: how one is found, held and understood. Shared by scanners, keypads and card readers."""
