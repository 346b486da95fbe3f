"""The light beside the card reader."""
