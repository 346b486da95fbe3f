"""Files of known answers, run through what the product uses itself: one table of facts for each category."""
