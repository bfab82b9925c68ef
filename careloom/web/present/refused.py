"""Why something of the training, a study, care management, the clock or the feedback wasn't done, in the reader's language."""

from collections.abc import Mapping, Sequence

from careloom.care.management import TOLD
from careloom.errors import CareloomError, InputError, NotTrained
from careloom.web.present.management import TOLD as CONSENTED
from careloom.web.present.told import Holes, Said, as_words
from careloom.web.saying import later

# What a page tells of the certificate; the command line names its commands instead (pipeline/training.py).
UNTRAINED = later(
    "real cases come after the training: until you have its certificate, nothing that you sign, amend, return or reject is taken. It takes seven or eight drills of ten lines, some five minutes each; an administrator can excuse you for some days"
)
TRAINING = (
    later("there is no such line"),
    later("the day is over"),
    later("the day is within the next 31 days"),
    later("say why, in some words"),
)
PARALLEL = (
    later("nothing was changed"),
    later("the criteria stay as they were locked"),
    later("kinds that were locked stay"),
    later("how cases are chosen stays as it was locked"),
    later("whoever wrote or reviewed judges nothing, and the other way round"),
    later("a parallel run is seen by whoever takes part in it or leads it"),
    later(
        "this is a case of the parallel run “{title}”: what is {way} for it is another person's, or finished; whoever needs it for the patient takes the case out of the comparison"
    ),
    later(
        "what was written by hand for this case is filed: a draft made now would carry its words; take the case out of the comparison"
    ),
    later("this plan is locked; it is amended"),
    later("this plan is locked already"),
    later("this run isn't running"),
    later("the seed is opened when the run is over and all that is compared is judged"),
    later("somebody else amended this plan meanwhile; look at it again"),
    later("somebody else wrote to this run at the same time; look at it again"),
    later("there is no such run"),
    later("there is no such case"),
    later("there is no such difference"),
    later("say in a few words why"),
    later("say in a few words why, where more than wording differs"),
    later("no case begins in this run now"),
    later("whoever takes part in the run, or leads it, takes somebody in"),
    later("this run compares other kinds of document"),
    later("this patient was taken in, or not drawn, already"),
    later("another study says how this document is written"),
    later("a draft of this kind waits already: whoever writes by hand may have seen it; decide on it first"),
    later(
        "in this patient's care team there must be somebody who writes by hand and has seen no draft, somebody else who reviews, and somebody who judges"
    ),
    later("this very draft was made before: whoever writes by hand may have seen it"),
    later("nothing stands in it yet"),
    later("both documents of a case are finished before they are compared"),
    later("whoever was drawn for it judges this case"),
    later("there is nothing to judge here now"),
    later("this case isn't open any more"),
    later("nobody is taken in who has died"),
    later("whoever writes or reviews this case says that she is finished"),
    later("this side is finished already"),
    later("{number} lines wait that you can sign, amend or strike yourself"),
    later("this case is compared and judged, or left the comparison already"),
    later("say of at least one difference who was right"),
    later("whoever takes part sees what it comes to when it is over"),
    later("{weeks} weeks are longer than {most}: every case is done twice, and people tire of it"),
    later("with fewer than 4 participants the draft can hardly be told from the people who write and review"),
    later("nobody adjudicates a case a second time: how far judging is chance stays unknown"),
    later("it lasts from {low} to {high} weeks"),
    later("the drawn share lies between 0 and 100 percent"),
    later("give it a title"),
    later("say in a sentence what it is to find out"),
    later("choose kinds of document that are written by hand, too"),
    later("at least {number} people write by hand and review drafts"),
    later("choose at least one who judges"),
    later("whoever judges writes and reviews nothing in it"),
    later("somebody is chosen twice"),
    later("somebody of these decides on no documents here"),
    later("the share that two judge lies between 0 and 100 percent"),
    later("it takes from {low} to {high} cases"),
    later("nothing is said of fewer than 10 cases, nor of more than there are to be"),
    later("shares lie between 0 and 100 percent"),
    later("minutes are more than 0 and at most 200 percent of those by hand"),
    later("for a share that two judge it takes two who judge"),
)
TIME = (
    later("an activity's id has letters, digits and _ alone"),
    later("an activity has a name of at most 60 characters"),
    later("how much a delay does is 0, 1, 2 or 3"),
    later("the share is from 0 to 100 percent"),
    later("another activity has this name"),
    later("a list has at most {number} activities"),
    later("the list has no such version"),
    later("give the study a title"),
    later("a time study is seen by its lead, its observers and whom they observe"),
    later("this study is closed"),
    later("that is so already"),
    later("nobody observes in a study in which she is observed"),
    later("a phone sends at most {number} taps at once"),
    later("the phone's clock says no time that there is"),
    later("tables are taken of this study's observers"),
    later("an observer corrects what she tapped herself"),
    later("that can't be said of it"),
    later("say how many whole minutes, 1 to {most}"),
    later("this study's list has no such activity"),
    later("say why in a few words, and nothing of a patient"),
    later("a number from 0 to {most}"),
    later("only who is observed agrees for herself"),
    later("unknown study"),
    later("somebody else changed the list meanwhile; look at it again"),
    later("somebody else changed this study meanwhile; look at it again"),
    later("a seed has 1 to {most} characters"),
    later("this activity is not ranked: something of it wasn't measured or said"),
    later("a weight is a number from 0 to {most}"),
    later("the effort is spread over 1 to 520 weeks"),
    later("the first line must name the columns {columns}; {column} lacks"),
    later("line {line} is no CSV: its quotes don't fit"),
    later("a table has at most {most} lines; send it in parts"),
)
VOICE = (
    later("say it in some words, {most} characters at most"),
    later("that is much for one day; say the rest tomorrow"),
    later("say why it won't be done, for its author to read"),
    later("too long"),
    later("this isn't put to the vote"),
    later("there is no such success"),
    later("unknown feedback"),
)
MANAGEMENT = (
    later("say in a few words why no initiating visit is needed"),
    later("name the chronic conditions, from the record"),
    later(
        "attest that they are expected to last 12 months or until death, and put the patient at significant risk"
    ),
    later("a month is told by its first day"),
    later("say how complex the month's decisions were"),
    later("say how complex the decisions were"),
    later("say on which day the visit was; it is not before the discharge"),
    later("say who ended it: the patient, who may for her, or this site"),
    later("nothing of the kind stands"),
    later("this day is yet to come"),
    later("this is too long, or holds what can't be seen"),
    later("say to which programme: {programmes}"),
    later("say whether the consent was verbal or written"),
    later("say who consented: the patient, or who may for her"),
    later("say which practitioner of this site is responsible"),
    later("a copy is of a signed care plan of this patient"),
    later("no programme is in force that could end on that day"),
    later("a later consent is in force"),
    later("this visit is too long before the consent to count"),
    later("a physician, an advanced practice nurse or a physician assistant attests this"),
    later("nothing of the kind is recorded"),
    later("a consent holds only after the patient was told {told}"),
    later("the record documents no such chronic condition"),
    later("this was taken back already"),
)
CLOCK = (
    later("the clock knows no such activity or word"),
    later("this is no span"),
    later("signs of life come too often"),
    later("say how many minutes more or fewer it was"),
    later("this month is yet to come"),
    later("say how many minutes"),
    later("say in a few words why they are taken back"),
    later("the clock knows no such activity"),
    later("this document is about somebody else"),
    later("these minutes are attested; take them back first"),
    later("no time can be less than none"),
    later("a day has 24 hours"),
    later("{number} minutes of this month can still be attested"),
    later("that is more than was attested"),
)
PILOT = (
    later("the seed is opened when the pilot is over"),
    later("a pilot is seen by whoever takes part in it, watches over it or leads it"),
    later("this pilot doesn't run"),
    later("this pilot has not started"),
    later("this protocol is locked already"),
    later("this protocol is locked; it is amended"),
    later("design, kind of document and primary metric stay as they were locked"),
    later("whoever began stays in the protocol; say on its page that somebody leaves"),
    later("who begins when was settled for these participants and weeks"),
    later("the middle was settled with these weeks"),
    later("whoever watches over it has no account here that is in use"),
    later("somebody else amended this protocol meanwhile; look at it again"),
    later("somebody else wrote to this pilot at the same time; look at it again"),
    later("there is no such pilot"),
    later("this person does no cases of it"),
    later("it isn't held: it goes on anyway"),
    later(
        "this is a case of the pilot “{title}” that is written {how}; whoever writes it otherwise says first why, on the pilot's page of her cases"
    ),
    later("this patient is no case of this pilot"),
    later("this case has no draft"),
    later("from 1 (not at all) to 5 (very)"),
    later("say how severe it was"),
    later("cases are enrolled by whoever takes part in the pilot"),
    later("a stop rule holds: nobody is enrolled until whoever watches over the pilot has decided"),
    later("the {number} weeks of this pilot are over: nobody is enrolled any more"),
    later("your {number} cases are enrolled"),
    later("a document of this kind waits for a decision already: decide on it first"),
    later("nobody is enrolled who has died"),
    later("the survey is for whoever takes part"),
    later("this patient is enrolled already, as case {number} of this pilot"),
    later("this patient is a case of another pilot that runs"),
    later("say how it will be analysed: which comparison, which cases, which test"),
    later("name at least one site"),
    later("choose at least {number} coordinators or providers"),
    later(
        "this design takes {number} participants or more: with fewer a draft can't be told from what a period did to one of them"
    ),
    later("somebody of these writes no documents here"),
    later("say who is told when a stop rule holds"),
    later("whoever watches over it takes no part in it"),
    later("it lasts at least {number} weeks"),
    later("it lasts at most 52 weeks"),
    later("each participant does at least {number} cases"),
    later("each participant does at most 1000 cases"),
    later("alpha lies between 0 and 0.5, the power between 0.5 and 1"),
    later("minutes and their spread are more than 0, the fall lies between 0 and 100 %, the ICC from 0 to 1"),
    later("looks in between are percentages of the cases, each higher than the one before"),
    later("an inclusion rule asks for a whole number"),
    later("an inclusion rule names a condition that is not known here"),
    later("an inclusion rule asks for nothing"),
    later("choose the primary metric"),
    later("secondary metrics are others of the list"),
    later("stop at 1 serious event or more, a floor from 0 to 100 %, and not on fewer than 5 cases"),
    later("from 1 to 100 percent of the words"),
    later("record who determined it, when, and in which words"),
    later("an IRB's approval or exemption has a number"),
    later("say whether you would go on using it"),
    later("answer statement {number} from 1 to 5"),
    later(
        "{weeks} weeks are longer than {most}: what else changes meanwhile is harder to tell apart from the draft"
    ),
    later("{cases} cases each are more than {most}: can they be done in {weeks} weeks?"),
    later("before and after alone can't tell the draft from whatever else changed in these weeks"),
    later("with fewer than 4 participants this design tells the draft badly from the people who write"),
)
SITE_RULES = (
    later("choose a measurement of the list"),
    later("choose a measurement of the list; it has {names}"),
    later("choose a condition of the list; it has {names}"),
    later("choose a drug or a class of the list; it has {names}"),
    later("a number of days, from 1 to 3650"),
    later("choose below or above"),
    later("a number, as 3.5"),
    later("a value in a unit that this measurement comes in"),
    later("choose a condition of the list"),
    later(
        "a rule of this site was written with a later version of Careloom: a process of that version does this"
    ),
    later("fill this in"),
    later("choose two drugs"),
    later("choose high or moderate"),
    later("a year up to this one, in four digits"),
    later("choose a drug or a class of the list"),
    later("one drug or class at a time"),
    later("it is tried over the past first"),
    later("whoever wrote a version of a rule doesn't sign it"),
    later("somebody of your profession signed it already"),
    later("this version is over already"),
    later("the knowledge in force can't take this rule as it is"),
    later("choose a rule of a protocol in force, by its id"),
    later("this rule has no interval"),
    later("a number of days, from 0 to 3650"),
    later("this rule is no goal with a target"),
    later("it is so already"),
    later("no value that a person has"),
    later("this rule asks for no value of a measurement"),
    later("choose one of its measurements: {said}"),
    later("its other lines leave nobody who meets it then"),
    later("it would contradict rule {other} ({file}): {said}"),
    later("a regression case of the rules would no longer be caught"),
    later("this version stands elsewhere meanwhile; look at it again"),
    later("a pharmacist and a physician sign a rule"),
    later("somebody else wrote to this rule at the same time; look at it again"),
)
WATCHED = (
    later("say what was found and what was done about it"),
    later("this alarm has ended"),
    later("somebody else wrote to this alarm at the same time; look at it again"),
    later("choose a person or a role of the list"),
    later("its first report comes by itself"),
    later("there is no report to look through yet"),
    later("say what follows from it, in a few words"),
    later("say whether to train or write anew"),
    later("there is no such draft in this report"),
    later("this document isn't yours to read, or it was read"),
    later("say of each line what it is, and how severe where it isn't correct"),
    later("say how many things were left out"),
    later("somebody else wrote here at the same time; look at it again"),
)
SAFETY = (
    later("this is stopped here; the page Safety says by whom and why"),
    later("whether this is stopped can't be read: nothing is drafted, signed, filed or sent until it can"),
    later(
        "lines of it were written by a model that is stopped here; draft it anew and read it: templates word it then"
    ),
    later("say in a few words why"),
    later("it is stopped already"),
    later("say why it may start again"),
    later("it runs again already"),
    later("you said so already; it takes somebody else, of another role"),
    later("choose what is stopped"),
    later("there is no such kind of document"),
    later("somebody else spoke of this stop at the same moment; look at it again"),
    later("choose one"),
    later("a day, as 2026-11-23"),
    later("a day that has been"),
    later("there is no such document"),
    later("choose where the contributing factors lay"),
    later("categories A to D did no harm: choose another category, or no harm"),
    later("choose whose it is"),
    later("there is no such action"),
    later("there is nothing of that id"),
    later("whoever wrote of its causes or actions doesn't close it"),
    later("its root causes are not written yet"),
    later("it takes one stronger or intermediate action at least"),
    later("of each action it is said first that it worked, as it was measured"),
    later("this event is closed"),
    later("this event is open"),
    later("somebody else wrote of this event at the same time; look at it again"),
)
REFUSALS: Sequence[str] = (
    *TRAINING,
    *PARALLEL,
    *TIME,
    *VOICE,
    *MANAGEMENT,
    *CLOCK,
    *PILOT,
    *SITE_RULES,
    *WATCHED,
    *SAFETY,
)
# What fills holes, by the English in which it is kept.
FILLED: Mapping[str, str] = {
    "written by hand": later("written by hand"),
    "drafted": later("drafted"),
    "by hand": later("by hand"),
    "from a draft": later("from a draft"),
    **{words: CONSENTED[key] for key, words in TOLD.items()},
}


def _filled(words: str) -> tuple[Said, ...]:
    return (Said(str(FILLED.get(words, words)), False),)


HOLES: Holes = {"way": _filled, "how": _filled, "told": _filled}


def refusal(error: CareloomError) -> str:
    """Why something wasn't done, as a sentence; what no list here has stays in its English."""
    if isinstance(error, NotTrained):
        return refused(str(UNTRAINED))
    return refused(error.reason if isinstance(error, InputError) else str(error))


def refused(words: str) -> str:
    """A reason as a sentence."""
    return as_words(words, REFUSALS, HOLES)
