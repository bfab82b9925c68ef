"""Present: what a page shows, computed from the nouns before any HTML is written.

Takes    a review, a queue row, a preview: nouns of `care` and the pipeline
Gives    frozen view models whose every field is a word, a number or a flag that a template prints
Never    asks the pipeline or the database, reads the clock, or marks text as safe HTML
"""
