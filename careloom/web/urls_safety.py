"""The addresses of safety events and of the stop switch."""

from django.urls import path

from careloom.web.views import safety, stops

PATTERNS = [
    path("safety", safety.safety, name="safety"),
    path("safety/report", safety.report, name="safety_report"),
    path("safety/reported", safety.reported, name="safety_reported"),
    path("safety/export", safety.export, name="safety_export"),
    path("safety/stops", stops.stops, name="stops"),
    path("safety/stop", stops.stop, name="stop"),
    path("safety/stops/<slug:stop>/start", stops.start, name="stop_start"),
    path("safety/events/<slug:event>", safety.event, name="safety_event"),
    path("safety/events/<slug:event>/<slug:what>", safety.say, name="safety_say"),
]
