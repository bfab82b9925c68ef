"""The addresses of parallel runs."""

from django.urls import path

from careloom.web.views import parallel_cases, parallels

PATTERNS = [
    path("studies/parallel", parallels.parallels, name="parallels"),
    path("studies/parallel/new", parallels.new, name="parallel_new"),
    path("studies/parallel/write", parallels.write, name="parallel_write"),
    path("studies/parallel/<slug:run>", parallels.run, name="parallel"),
    path("studies/parallel/<slug:run>/plan", parallels.plan, name="parallel_plan"),
    path("studies/parallel/<slug:run>/rewrite", parallels.rewrite, name="parallel_rewrite"),
    path("studies/parallel/<slug:run>/lock", parallels.lock, name="parallel_lock"),
    path("studies/parallel/<slug:run>/end", parallels.end, name="parallel_end"),
    path("studies/parallel/<slug:run>/leave", parallels.leave, name="parallel_leave"),
    path("studies/parallel/<slug:run>/report", parallels.report, name="parallel_report"),
    path("studies/parallel/<slug:run>/report/weeks.svg", parallels.weeks, name="parallel_chart"),
    path("studies/parallel/<slug:run>/report.pdf", parallels.as_pdf, name="parallel_pdf"),
    path("studies/parallel/<slug:run>/patients/<slug:patient>", parallel_cases.begin, name="parallel_begin"),
    path("studies/parallel/<slug:run>/cases/<slug:case>", parallel_cases.case, name="parallel_case"),
    path(
        "studies/parallel/<slug:run>/cases/<slug:case>/finish", parallel_cases.finish, name="parallel_finish"
    ),
    path("studies/parallel/<slug:run>/cases/<slug:case>/drop", parallel_cases.drop, name="parallel_drop"),
    path("studies/parallel/<slug:run>/cases/<slug:case>/judge", parallel_cases.judge, name="parallel_judge"),
]
