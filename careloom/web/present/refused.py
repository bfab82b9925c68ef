"""Why something of the training, a parallel run, a time study or the feedback wasn't done, in the reader's language."""

from collections.abc import Mapping, Sequence

from careloom.errors import CareloomError, InputError, NotTrained
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
REFUSALS: Sequence[str] = (*TRAINING, *PARALLEL, *TIME, *VOICE)
WAYS: Mapping[str, str] = {"written by hand": later("written by hand"), "drafted": later("drafted")}
HOLES: Holes = {"way": lambda way: (Said(str(WAYS.get(way, way)), False),)}


def refusal(error: CareloomError) -> str:
    """Why something wasn't done, as a sentence; what no list here has stays in its English."""
    if isinstance(error, NotTrained):
        return refused(str(UNTRAINED))
    return refused(error.reason if isinstance(error, InputError) else str(error))


def refused(words: str) -> str:
    """A reason as a sentence."""
    return as_words(words, REFUSALS, HOLES)
