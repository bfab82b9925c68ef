"""The addresses of time studies: who takes part, the timer, what was tapped, and the list of activities."""

from django.urls import path

from careloom.web.views import time_activities, time_ranking, time_study

PATTERNS = [
    path("studies/time", time_study.studies, name="time_studies"),
    path("studies/time/worker.js", time_study.worker, name="time_study_worker"),
    path("studies/time/activities", time_activities.activities, name="time_activities"),
    path("studies/time/activities/<slug:activity>", time_activities.activity, name="time_activity"),
    path("studies/time/activities/<int:version>/restore", time_activities.restore, name="time_restore"),
    path("studies/time/rank", time_ranking.rank, name="time_rank"),
    path("studies/time/rank/<slug:activity>", time_ranking.case, name="time_case"),
    path("studies/time/rank/<slug:activity>/pdf", time_ranking.as_pdf, name="time_case_pdf"),
    path("studies/time/<uuid:study>", time_study.study, name="time_study"),
    path("studies/time/<uuid:study>/put", time_study.put, name="time_study_put"),
    path("studies/time/<uuid:study>/table", time_study.table, name="time_study_table"),
    path("studies/time/<uuid:study>/timer", time_study.timer, name="time_study_timer"),
    path("studies/time/<uuid:study>/shifts/<slug:shift>", time_study.shift, name="time_study_shift"),
    path("studies/time/<uuid:study>/shifts/<slug:shift>/<slug:tap>", time_study.say, name="time_study_say"),
]
