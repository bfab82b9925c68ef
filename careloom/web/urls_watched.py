"""The addresses of what keeps the product true: alarms, and the calendar."""

from django.urls import path

from careloom.web.views import alarms

PATTERNS = [
    path("alarms", alarms.alarms, name="alarms"),
    path("alarms/owner", alarms.own, name="alarm_owner"),
    path("alarms/<slug:alarm>", alarms.alarm, name="alarm"),
    path("alarms/<slug:alarm>/acknowledge", alarms.acknowledge, name="alarm_acknowledge"),
    path("alarms/<slug:alarm>/note", alarms.note, name="alarm_note"),
    path("alarms/<slug:alarm>/end", alarms.end, name="alarm_end"),
]
