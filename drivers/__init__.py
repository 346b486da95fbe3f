"""The devices of a till. A driver is a noun: built with a name and its options, started with `emit`, closed."""
