"""Privacy: what keeps a person's data from whoever may not read it.

Takes    keys and bytes
Gives    sealed bytes, blind indexes, log lines without people
Never    keeps a key in a module, or puts content into an error
"""
