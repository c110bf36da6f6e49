"""导读 by a model, where an operator sets one: what it is asked, and what of its answer is let through.

`check.py` decides, purely, whether a sentence says nothing that its cited stories do not say; `client.py` is the only file
that speaks to the model.
"""
