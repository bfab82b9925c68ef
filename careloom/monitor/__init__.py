"""Monitor: what moved in what Careloom gets, serves and does, told apart by cause, with false alarms at a stated rate.

Takes    day counts of series, without identifiers, and the day as of which they are looked at
Gives    signals: the cause, what moved from what to what since when, and what to look at first; what can't be told yet, and when it can be
Never    calls a series stable that has too few cases, looks at a person, or knows what somebody did about a signal
"""

from careloom.monitor.judging import Watched as Watched
from careloom.monitor.judging import watch as watch
from careloom.monitor.signals import Moved as Moved
from careloom.monitor.signals import Signal as Signal
