"""A receipt printer without hardware: it understands ESC/POS, answers as a printer does, and draws what it prints."""
