"""The addresses of what is left of the risk after de-identification."""

from django.urls import path

from careloom.web.views import deidentification

PATTERNS = [
    path("deidentification", deidentification.deidentification, name="deidentification"),
    path("deidentification/count", deidentification.count, name="deidentification_count"),
    path("deidentification/picture", deidentification.picture, name="deidentification_picture"),
    path("deidentification/statement", deidentification.state, name="deidentification_state"),
    path("deidentification/draw", deidentification.draw, name="deidentification_draw"),
    path("deidentification/judge", deidentification.judge, name="deidentification_judge"),
]
