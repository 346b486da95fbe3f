"""The appliance as a whole in the guest: our services under systemd, with devices that come, go and fail."""
