"""How a device becomes a terminal: claim, enrolment, identity."""
