"""The terminal's own HTTP: screens, the till's actions, the POS API and one stream."""
