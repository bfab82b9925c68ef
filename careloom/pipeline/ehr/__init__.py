"""Into the EHR: what is written there, asked at its hooks, opened in its window, read by its programs, and told to them.

Written   `writing_back.py` and what it stands on: `destination.py`, `whose_chart.py`, `held_there.py`; `writing_fhir.py` with its `tries.py`, `writing_mdm.py`
Asked     `hooking.py`, its orders, plans and cards (CDS Hooks)
Opened    `launching.py` (SMART App Launch)
Read      `facade.py` over `charting.py`; told by `telling.py` (webhooks), with no more than `told.py` lets out
"""
