"""Power cuts under the real kernel: what the guest said was done must be on the disk, whatever else is lost."""
