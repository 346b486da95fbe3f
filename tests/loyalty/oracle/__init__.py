"""An independent, slow pricing: the rules of the domain by the book, over plain JSON, with every combination tried.

It shares nothing with `loyalty`: no reader, no rounding, no search. What the two disagree about is a fault of one.
"""
