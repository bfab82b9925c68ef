"""Words by which a sentence that a person typed is an order about a drug, a judgement or a target; without accents, in small letters.

English and Spanish. A word too many costs a physician's look, one too few costs a patient.
"""

import re

_COUNT = r"(?:\d+(?:[.,]\d+)?|an?|half(?: an?)?|one|two|three|four|five|six|eight|ten|twelve|un|una|media|medio|dos|tres|cuatro|cinco|seis|ocho|diez|doce)"
# A drug, a remedy or oxygen by any name that isn't an ingredient's own.
THING = re.compile(
    r"\b(?:drugs?|medicat\w*|medicines?|meds?|medicina?s?|medicamentos?|remed(?:y|ies|ios?)|dos(?:es?|is|ages?|ing|ificar)|tablets?|pills?|capsules?|"
    r"tabletas?|pastillas?|capsulas?|comprimidos?|insulin\w*|inhal(?:er|ador)\w*|puffers?|nebuli\w*|oxygen\w*|oxigeno|o2|patch(?:es)?|parches?|shots?|"
    r"boosters?|inject(?:ion|able)s?|inyecci\w*|inyectable\w*|infusions?|bolus\w*|saline|suero|iv fluids?|transfus\w*|sliding scale|escala movil|drops|gotas|"
    r"creams?|cremas?|ointments?|pomadas?|jarabes?|cough syrup|suppositor\w*|supositori\w*|lozenges?|under the tongue|bajo la lengua|nitro\b|(?<!physical )(?<!occupational )(?<!speech )therapy|treatments?|tratamientos?|prescri\w*|"
    r"recetas?|recetar|rx|scripts?|refills?|antibiotic\w*|abx|steroids?|esteroides?|statins?|estatinas?|diuretic\w*|nsaids?|aines?|opi(?:oid|ate|oide|aceo)s?|"
    r"anticoagul\w*|inhibitors?|inhibidor(?:es)?|blockers?|bloqueador(?:es)?|agonists?|antagonists?|[a-z]*(?:glp|sglt|dpp)-?\d\w*|aceis?|arbs?|ssris?|snris?|"
    r"vaccin\w*|vacuna\w*|immuni[sz]\w*|(?:blood )?thinners?|pain ?killers?|(?:pain|heartburn|allergy|cold|cough|sleep(?:ing)?|water|sugar|heart) "
    r"(?:relievers?|medicines?|meds?|pills?|aids?|tablets?)|analges\w*|calmantes?|antacid\w*|antiacid\w*|laxati?v\w*|laxantes?|somnifer\w*|sedat\w*|"
    r"herbs?|herbal\w*|hierbas?|homeopat\w*|homoeopat\w*|supplement\w*|suplement\w*|vitamin\w*|probiotic\w*|cbd|cannabis|mari[jh]uana|turmeric|curcuma|"
    r"valerian\w*|chamomile|manzanilla|ginseng|ginkgo|echinacea|st\.? john'?s wort|fish oil|te de [a-z]+|titrat\w*|taper\w*|deprescri\w*|chemo\w*|"
    r"quimio\w*|hormones?|hormonas?|birth control|anticoncepti\w*|over.the.counter|otc|sin receta)\b"
)
# An amount of something that is taken ("two puffs"; no laboratory value), or how a prescriber writes how often.
AMOUNT = re.compile(
    rf"\b{_COUNT}(?:\s*-\s*\d+)?[\s-]*(?:(?:mg|mcg|ug|iu|meq|mg/kg)\b(?!\s*/\s*(?:dl?|ml|l|g|mg|mmol))|units?\b|unidad(?:es)?\b|puffs?\b|inhalacion(?:es)?\b|"
    r"inhalations?\b|tabs?\b|caps?\b|sprays?\b|tablespoons?\b|teaspoons?\b|cucharad\w*|lit(?:er|re|ro)s? (?:at|by|via|per min\w*|over ?night|por|de oxi\w*)|"
    r"lpm\b|l/min\b)|\b(?:b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|qhs|qam|qpm|q ?\d+ ?h(?:rs|ours)?|prn|sub-?q|sublingual\w*)\b"
)
# What is done with a drug, or said of what is to be done with it.
ACTION = re.compile(
    r"\b(?:start|begin|initiat|add(?!ict|ress)|stop|discontinu|hold|held|withh[eo]ld|restart|resum|continu|increas|decreas|reduc|lower|rais|titrat|taper|switch|"
    r"chang(?!es\b|ed\b)|replac|substitut|adjust|avoid|give|giving|gave|administer|doubl|halv|skip|deprescrib|intensif|escalat|wean|cut|"
    r"prescrib(?!ed\b|ers?\b)|appl(?:y|ies)\b|inject(?!ion)|suspend|dej[aeo]|tom(?:ar|en?|es)\b|aument|reduz|sub[aie]|baj[aeo]|dobl|duplic|mitad|salt[aeo]|inici|empe[zc]|"
    r"comi?en[zc]|continu|sig[au]|cambi|par(?:ar|en?)\b|retir|quit[aeo]|us(?:ar|en?)\b|administr|d[ae]r?le|evit|recet(?:e|ar|emos)\b|agregu?|anad|pong|"
    r"take(?!s\b|n\b)\b|try\b|go(?:es|ing)? (?:back|up|down|on|off)|went back|back (?:to|on)|no more|no mas|instead|extra\b|(?:up|down) by|(?:bring|move|push|nudge)\w* .{1,30}\b(?:up|down)\b|under the tongue|bajo la lengua|by mouth|por boca|twice as|half as|up to|down to|put (?:her|him|them) on|"
    r"get (?:her|him|them) (?:on|off)|leave out|stay on|stays on|keep (?:taking|her on|him on|the)|without (?:her|the) (?:pills?|dose))\w*|(?<!how to )\buse\b"
)
# Advice, a permission, a judgement of a drug, or somebody's wish to have it decided.
ADVICE = re.compile(
    r"\b(?:should|must|ought|needs? to|needed|has to|have to|please|recommend\w*|advis\w*|suggest\w*|told (?:her|him|them|patient|mom|daughter|son)|le (?:dije|aconsej\w*|recomend\w*)|"
    r"recomiend\w*|aconsej\w*|let (?:her|him|them) know|instruct\w*|ok(?:ay)? (?:to|with|if)|fine|safe\w*|may\b|can(?!'?t|not| not)|could|would(?! like)|might|shall|will|puede\w*|"
    r"podria\w*|debe\w*|tiene que|hay que|esta bien|candidat\w*|eligible|indicated|appropriate|suitable|better|worth|consider\w*|decid\w*|whether|weigh\b|choos\w*|"
    r"too (?:high|low|much|strong|little|many)|demasiad\w*|muy (?:alta|baja|fuerte)|wrong|not enough|rather than|en vez|en lugar|because of|due to|caused|from the|por culpa|"
    r"side effects?|reactions? to|reaccion a|toxic\w*|overdos\w*|going to|vamos a|let's|plans? to|same|mism[ao]|from now|desde hoy|goal|prefers?|prefiere)\b"
)
# What a record or a person tells of a drug, and no more.
REPORT = re.compile(
    r"\b(?:takes|taking|took|taken|tomaba|tomando|toma|uses|using|used|usaba|usa|reports?|reported|says?|said|states?|dice|dijo|refiere|cuenta|deni(?:es|ed)|niega|negad\w*|"
    r"fill(?:s|ed)|pick(?:s|ed) up|ordered|list(?:s|ed)?|approved|ran out|runs out|acab\w*|forgets?|forgot|miss(?:es|ed)|olvida\w*|afford|pays?|costs?|bottles?|box(?:es)?|cajas?|"
    r"frascos?|organizer|refrigerator|fridge|nevera|knows?|understands?|sabe|entiende|how to|como (?:usar|inyectar\w*|tomar)|teach-?back|demonstrat\w*|showed|last|ultim[ao]|"
    r"recorded|documented|registrad\w*|received|recibio|got|gets|prescribed|allergic|due|overdue|brought|trajo|stored|expired|vencid\w*|dispensed|delivered)\b"
)
# A task about a drug that changes nothing of it, at the head of its clause.
PLAIN_LEAD = re.compile(
    r"\W*(?:(?:please|por favor|nurse|pharmacist|and|then|y|to)\W+)*(?:re-?)?(?:reconcil|review|confirm|ask|check|list|record|verif|bring|clarif|document|call(?! in)|teach|show|"
    r"explain|discuss|talk|find out|count|look|observ|monitor|track|revis|confirm|pregunt|verific|llam|ensen|mostr|explic|traig|traer|averigu|anot|report|tell the|notify)\w*"
)
# Somebody else's words, told as such; in one clause.
ATTRIBUTED = re.compile(
    r"\W*(?:the |la |el |su |her |his )?[a-z]+(?:'s)?(?: [a-z]+)?\s+(?:also )?(?:says?|said|reports?|reported|states?|stated|tells (?:me|us)|told (?:me|us)|mentions?|mentioned|denie[sd]|"
    r"asks?|asked|wishes|wants|dice|dijo|refiere|refirio|reporta|reporto|cuenta|conto|informa|niega|pregunt[ao]|quiere)\b"
)
# Who wrote speaks for herself, or to somebody.
OWN_VOICE = re.compile(
    r"\b(?:i|we|please|advis\w*|recommend\w*|told (?:her|him|them)|instructed|so (?:stop|start|hold|take)|le dij\w*|por favor|plan)\b"
)
NEXT_CLAUSE = re.compile(r"[;!?\n]|\.\s|:\s")
SAID = re.compile(
    r"\b(?:says?|said|states?|stated|reports?|reported|told|tells|asks?|asked|writes?|wrote|reads?|quote[sd]?|words|heard|dice|dijo|refiere|cuenta|pregunt\w*|escrib\w*|patient|paciente|"
    r"daughter|son|hija|hijo|caregiver|denial|letter|reason)\b"
)
# A disease or an event by its word alone, where no concept has it. What is only seen (cyanosis, ecchymosis) isn't one.
DISEASE = re.compile(
    r"\b(?!(?:cyan|ecchym|kyph|lord|diaph|ptos|pt)osis|(?:pro|dia)gnosis)\w{3,}(?:itis|osis|emia|opathy|opatia|oma)\b(?<!diploma)(?<!idioma)(?<!aroma)|"
    r"\b(?:syndrome|infect(?:ed|ion)|exacerbation|flare|depress(?:ed|ion|ive)|psychosis|psychotic|psicosis|bipolar|schizo\w*|esquizo\w*|autis\w*|delirium|sepsis|septic|septico|fractured?|"
    r"cancer|tumou?r|embol\w*|derrame|ictus|stroke|neumonia|infeccion|infectad[ao]|deprimid[ao]|depresion|sindrome|fractura|hemorrag\w*|hemorrhag\w*|"
    r"infarct\w*|infarto|heart attack|(?:heart|kidney|renal|liver|respiratory) failure|kidneys are failing|insuficiencia \w+|ulcers?|ulceras?|shingles|herpes|influenza|scabies|sarna|"
    r"gout|gota|lupus|parkinson\w*|alzheimer\w*|dement(?:ia|ed)|demencia|diabetic|epileptic|asthmatic|anemic|septic|epilep\w*|seizures?|convulsion\w*|asthma|asma|anemi\w*|\w*thyroidism|\w*tiroidismo|\w*(?:hyper|hypo|hiper|hipo)tensi\w*|"
    r"(?:blood )?clots?|coagulos?|(?:kidney|gall|bladder) ?stones?|calculos?|mini-?stroke|water on the lungs?|pinched nerve|slipped dis[ck]|broken (?:hip|bone|arm|leg|rib|wrist)s?|"
    r"pink eye|strep|the flu|gripe|lice|piojos|worms|lombrices|thromb\w*|trombo\w*|aneurysm\w*|aneurisma|fibrillation|fibrilacion|arr?h?ythmi\w*|arritmia|hernia|migraine|migrana|cirrho\w*|cirrosis|glaucoma|cataracts?|dehydrat\w*|deshidrat\w*|"
    r"malnutrition|desnutricion|addict(?:ed|ion)|adict[ao]|adiccion|alcoholi[cs]\w*|dvt|uti|tia|aki|copd|epoc|gerd|afib|ptsd|adhd|dka)\b"
)
# A guess, however it is put.
HEDGE = re.compile(
    r"\br/o\b|(?:^|[\s(])\?\s?[a-z]|\blooks? like (?!she|he|they|her |his )|\bseems? (?:to (?:have|be)|like)|\bi think (?:this|it|that|she (?:has|is)|he (?:has|is))|\bfits? with|"
    r"\btypical (?:of|for)|comes to mind|\bgo(?:es)? along with|\bpoints? to(?:wards?)? (?:an? |the )?|\bsuspicio\w*|\bpicture (?:of|fits)|\b(?:maybe|perhaps|quizas?|tal vez) (?:an?|early|mild|some|it'?s|this is|un|una|es|tiene)\b|"
    r"\b(?:may|might|could|can) (?:well |also )?(?:be|indicate|mean|reflect|represent)\b|\b(?:can't|cannot|can not|not) (?:be )?exclude\w*|\bin keeping with|\bfavou?rs? (?:an?|the) |"
    r"\bprobable(?:mente)?\b|\bposible(?:mente)? |\bpuede ser|\bpodria (?:ser|tener|estar|tratarse)|\ba lo mejor|\bsospech\w*|\b(?:creo|pienso) que (?:es|tiene|esta|sea)|"
    r"\bparece (?:ser|tener|un|una|que (?:tiene|es)|insuf)|\bcompatible con|\bsugiere|\bdescart\w*|\bimpresion\b|\bdiagnostic\w*|\bdebid[oa]s? a|\bcausad[oa]s? por|\bsecundari[oa] a|"
    r"\ba causa de|\bpor culpa de|\bmost consistent|\bexplained by|\bbecause of (?:her|his|the) (?:kidney|heart|liver|lung|diabet)\w*"
)
ENDED = re.compile(
    r"\b(?:cured|resolved|in remission|gone|reversed|misdiagnos\w*|wrong diagnosis|outgr[eo]w\w*|no longer|never had|curad[oa]|resuelt[oa]|en remision|desaparec\w*|ya no|nunca tuvo|nunca ha tenido)\b"
)
STAGE = re.compile(
    r"\b(?:stage|type|nyha(?: class)?|estadio|etapa|tipo|end[- ]stage)\s*(?:\d|iv|v|i{1,3})?[ab]?\b(?<!stage)(?<!type)(?<!tipo)(?<!etapa)|\bend[- ]stage\b"
)
ALLERGY = re.compile(r"\b(?:allerg\w*|alergi\w*|nkda|nka|anaphyla\w*|anafila\w*)\b")
UNDONE = re.compile(
    r"\b(?:no|not|never|isn't|aren't|wasn't|false|wrong|error|mistake\w*|mislabel\w*|remov\w*|delet\w*|takes? .* off|take off|off|clear\w*|drop|cancel\w*|resolv\w*|outgr\w*|toler\w*|disprov\w*|"
    r"rule[sd]? out|label|quit\w*|borr\w*|elimin\w*|sac(?:ar|que)|sin|ya no|nunca|fals[ao]|challenge|unlikely|doubt\w*|inactiv\w*|nkda|nka|none|ningun\w*|unconfirmed|refut\w*)\b"
)
CODE = re.compile(
    r"\b(?:dnr|dni|dnar|do not resuscitate|full code|code status|polst|molst|comfort (?:care|measures)|no (?:reanimar|resucitar|intubar)|not to be resuscitated|no cpr)\b"
)
WISH = re.compile(
    r"\b(?:wants?|wish\w*|asks?|asked|says?|said|quiere|desea|dice|pide|reports?|recorded|documented|on file|unknown|missing)\b"
)
MEASURE = re.compile(
    r"\b(?:a1c|hba1c|h(?:a)?emoglobin\w*|hemoglobina|blood pressure|bp|systolic|diastolic|sbp|dbp|glucose|sugars?|ldl|cholesterol|weight|bmi|egfr|creatinin[ea]|potassium|inr|sat(?:uration|s)?|spo2|"
    r"heart rate|pulse|presion|glucosa|azucar|colesterol|peso|potasio|pulso)\b|\b\d{2,3}/\d{2,3}\b"
)
TARGET = re.compile(r"\b(?:goals?|targets?|metas?|objetivos?)\b")
TREATMENT = re.compile(
    r"\b(?:dialysis|dialisis|cpap|bipap|ventilat\w*|feeding tube|sonda|catheters?|cateter|pacemaker|marcapasos?|surgery|cirugia|restraints?|radiation|fluids?)\b"
)
TREATED = re.compile(
    r"\b(?:off|on hold|paus\w*|settings?|at \d|every|daily|nightly|weekly|once|twice|times|sessions?|sin|cada|diari[oa])\b"
)
# What makes a substance a measurement and no drug ("potassium level", "iron studies").
MEASURED = re.compile(
    r"\b(?:levels?|tests?|labs?|panels?|stud(?:y|ies)|repeat|recheck|draw|measure\w*|results?|screen\w*|blood|urine|mmol|meq|nivel(?:es)?|repetir|analisis|prueba|medir|foods?|diet|comidas?|dieta|"
    r"eat|eats|salt|rich|low|high)\b"
)
