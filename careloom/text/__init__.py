"""Text: what stands where in a note, and what a phrase in it is about.

Takes    plain text in English or Spanish
Gives    sentences with their sections (code-point offsets), phrases found, and whether what they say is
         denied, past, supposed or about somebody else; the words of HTML
Never    knows a patient, medicine or another room; changes the text; obeys it
"""
