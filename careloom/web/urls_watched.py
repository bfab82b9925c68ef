"""The addresses of what keeps the product true: alarms, and the calendar."""

from django.urls import path

from careloom.web.views import alarms, calendar, watching

PATTERNS = [
    path("watching", watching.watching, name="watching"),
    path("watching/count", watching.count, name="watching_count"),
    path("watching/picture", watching.picture, name="watching_picture"),
    path("watching/table", watching.table, name="watching_table"),
    path("alarms", alarms.alarms, name="alarms"),
    path("alarms/owner", alarms.own, name="alarm_owner"),
    path("alarms/<slug:alarm>", alarms.alarm, name="alarm"),
    path("alarms/<slug:alarm>/acknowledge", alarms.acknowledge, name="alarm_acknowledge"),
    path("alarms/<slug:alarm>/note", alarms.note, name="alarm_note"),
    path("alarms/<slug:alarm>/end", alarms.end, name="alarm_end"),
    path("calendar", calendar.calendar, name="calendar"),
    path("calendar/owner", calendar.own, name="calendar_owner"),
    path("calendar/<int:year>.ics", calendar.days, name="calendar_days"),
    path("calendar/readings/<slug:period>", calendar.readings, name="calendar_readings"),
    path("calendar/readings/<slug:period>/<slug:proposal>", calendar.reading, name="calendar_reading"),
    path("calendar/readings/<slug:period>/<slug:proposal>/keep", calendar.read, name="calendar_read"),
    path("calendar/weekly/<slug:period>/case", calendar.case, name="calendar_case"),
    path("calendar/<slug:item>/<slug:period>", calendar.period, name="calendar_period"),
    path("calendar/<slug:item>/<slug:period>/json", calendar.download, name="calendar_json"),
    path("calendar/<slug:item>/<slug:period>/done", calendar.finish, name="calendar_done"),
    path("calendar/<slug:item>/<slug:period>/anew", calendar.anew, name="calendar_anew"),
]
