"""Wire: clients to other systems' servers.

Takes    a SourceSystem that the site has set, a clock and a way to wait
Gives    what the server answered, as the bytes it sent
Never    stores, reads what a record says, or puts a patient's number, a search value or a token into an error or a log
"""
