"""What people do with studies, as the audit log says it."""

from collections.abc import Mapping

from careloom.web.saying import later

STUDIED: Mapping[str, str] = {
    "write protocol": later("wrote the protocol of a pilot"),
    "lock protocol": later("locked the protocol of a pilot and started it"),
    "amend protocol": later("amended the protocol of a pilot"),
    "open seed": later("opened the seed of a pilot's allocation"),
    "leave pilot": later("said that somebody leaves a pilot"),
    "hold pilot": later("held a pilot, since a stop rule holds"),
    "resume pilot": later("let a held pilot go on"),
    "stop pilot": later("stopped a pilot"),
    "end pilot": later("ended a pilot"),
    "look at pilot": later("asked the stop rules of a pilot"),
    "export pilot": later("took out the cases of a pilot without names"),
    "enrol": later("enrolled in a pilot"),
    "pilot depart": later("departed from a case's allocation in a pilot"),
    "pilot mark": later("said whether a draft needed substantial revision"),
    "pilot rated": later("noted a patient's answer for a pilot"),
    "pilot event": later("recorded a safety event or a near miss of a pilot"),
    "raise alarm": later("raised an alarm"),
    "acknowledge alarm": later("acknowledged an alarm"),
    "note alarm": later("wrote a note to an alarm"),
    "end alarm": later("ended an alarm with a note"),
    "name owner": later("said who answers for a kind of alarm or an item of the calendar"),
    "judge failure": later("judged what was wrong with a draft"),
    "count measures": later("had the quality measures counted"),
    "board report": later("printed a month's board report"),
    "answer survey": later("answered the survey of a pilot"),
    "write plan": later("wrote the plan of a parallel run"),
    "lock plan": later("locked the plan of a parallel run and started it"),
    "amend plan": later("amended the plan of a parallel run"),
    "leave run": later("said that somebody leaves a parallel run"),
    "end run": later("ended a parallel run"),
    "begin case": later("took a case into a parallel run"),
    "finish case": later("finished one side of a parallel run's case"),
    "drop case": later("took a case out of a parallel run"),
    "judge case": later("judged where two documents of a parallel run differ"),
    "read as A and B": later("read two documents of a parallel run as A and B"),
}
