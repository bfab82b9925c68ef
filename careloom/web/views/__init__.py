"""Views: one file per page or kind of action; each asks the pipeline and prints what `present` made of it."""
