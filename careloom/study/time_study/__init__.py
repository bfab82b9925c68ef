"""Time study: what an observer tapped, as stretches of work; how far two observers agree; and which work is worth drafting first.

Takes    taps in the site's time, what was said of them, a list of activities with what a site says of each
Gives    shifts with their stretches and each doubt in a word; totals by activity; agreement; a ranking with how it hangs on its weights
Never    counts a stretch that is in doubt before somebody said what it was; knows anybody's name
"""
