"""Privacy: what keeps a person's data from whoever may not read it.

Takes    keys and bytes; a text and what is known of people
Gives    sealed bytes, blind indexes, log lines without people, a text without identifiers (`scrub`)
Never    keeps a key in a module, or puts content into an error
"""
