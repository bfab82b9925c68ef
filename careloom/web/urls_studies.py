"""The addresses of what a site tries out and measures."""

from django.urls import path

from careloom.web.views import failures, pilot_cases, pilot_reports, pilots, site_rules, studies

PATTERNS = [
    path("studies/failures", failures.failures, name="failures"),
    path("studies/failures/judge", failures.judge, name="failure_judge"),
    path("studies/failures/<slug:failure>", failures.failure, name="failure"),
    path("studies/rules", site_rules.site_rules, name="site_rules"),
    path("studies/rules/new", site_rules.new, name="site_rule_new"),
    path("studies/rules/draft", site_rules.draft, name="site_rule_draft"),
    path("studies/rules/<slug:rule>", site_rules.site_rule, name="site_rule"),
    path("studies/rules/<slug:rule>/try", site_rules.try_rule, name="site_rule_try"),
    path("studies/rules/<slug:rule>/trying", site_rules.trying, name="site_rule_trying"),
    path("studies/rules/<slug:rule>/run", site_rules.run, name="site_rule_run"),
    path("studies/rules/<slug:rule>/sign", site_rules.sign, name="site_rule_sign"),
    path("studies/rules/<slug:rule>/withdraw", site_rules.withdraw, name="site_rule_withdraw"),
    path("studies", studies.studies, name="studies"),
    path("studies/pilots", pilots.pilots, name="pilots"),
    path("studies/pilots/new", pilots.new, name="pilot_new"),
    path("studies/pilots/write", pilots.write, name="pilot_write"),
    path("studies/pilots/size", pilots.size, name="pilot_size"),
    path("studies/pilots/<slug:pilot>", pilots.pilot, name="pilot"),
    path("studies/pilots/<slug:pilot>/protocol", pilots.protocol, name="pilot_protocol"),
    path("studies/pilots/<slug:pilot>/rewrite", pilots.rewrite, name="pilot_rewrite"),
    path("studies/pilots/<slug:pilot>/lock", pilots.lock, name="pilot_lock"),
    path("studies/pilots/<slug:pilot>/turn", pilots.turn, name="pilot_turn"),
    path("studies/pilots/<slug:pilot>/look", pilot_reports.look, name="pilot_look"),
    path("studies/pilots/<slug:pilot>/report", pilot_reports.report, name="pilot_report"),
    path("studies/pilots/<slug:pilot>/report/pdf", pilot_reports.as_pdf, name="pilot_pdf"),
    path("studies/pilots/<slug:pilot>/report/charts/<slug:chart>", pilot_reports.chart, name="pilot_chart"),
    path("studies/pilots/<slug:pilot>/data", pilot_reports.data, name="pilot_data"),
    path("studies/pilots/<slug:pilot>/dictionary", pilot_reports.dictionary, name="pilot_dictionary"),
    path("studies/pilots/<slug:pilot>/cases", pilot_cases.cases, name="pilot_cases"),
    path("studies/pilots/<slug:pilot>/survey", pilot_cases.survey, name="pilot_survey"),
    path("studies/pilots/<slug:pilot>/survey/answer", pilot_cases.answer, name="pilot_answer"),
    path("studies/pilots/<slug:pilot>/cases/<slug:patient>", pilot_cases.case, name="pilot_case"),
    path("studies/pilots/<slug:pilot>/cases/<slug:patient>/enrol", pilot_cases.enrol, name="pilot_enrol"),
    path("studies/pilots/<slug:pilot>/cases/<slug:patient>/say", pilot_cases.say, name="pilot_say"),
]
