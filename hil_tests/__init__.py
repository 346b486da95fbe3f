"""The drivers and the appliance on a bench: a machine emulator with a real kernel, or devices that one can hold."""
