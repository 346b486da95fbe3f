"""What every driver of a kind must do, once for all its beds: virtual twins, stand-ins with a real kernel, devices.

A suite is a class; a test module gives it a `bed` fixture and inherits. A bed holds the driver, and hands to move the
world around it.
"""
