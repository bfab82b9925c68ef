"""Wire: other systems, spoken to over a network: servers that we ask (`fhir`), senders that come to us (`mllp`).

Takes    a SourceSystem that the site has set, or a connection; a clock and a way to wait, or to keep what came
Gives    what the other side sent, as bytes; answers to senders
Never    stores, reads what a record says, answers that something is kept before it is, or puts a patient's number,
         a search value, a token or content into an error or a log
"""
