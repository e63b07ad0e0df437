"""A simulated field: answers with a known truth, for every instrument, from the instrument's own text.

Nothing here is ever mixed with what people answered: whoever keeps these records marks them as simulated.
"""
