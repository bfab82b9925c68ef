"""Store: everything that must outlive a process, and the only room that speaks SQL.

Takes    messages, entries, proposals, decisions, documents and who did what, of one organisation
Gives    them back unchanged, decrypted, newest revision first chosen; `opening.open_store` opens it
Never    changes or forgets what was said: messages, revisions, decisions and audit events are appended
"""
