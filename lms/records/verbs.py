"""The words a statement may use, with their xAPI addresses (ADL vocabulary where it has the word)."""

ADL = "http://adlnet.gov/expapi/verbs/"
W3ID = "https://w3id.org/xapi/dod-isd/verbs/"
VERBS = {
    "viewed": "http://id.tincanapi.com/verb/viewed",
    "launched": ADL + "launched",
    "answered": ADL + "answered",
    "completed": ADL + "completed",
    "passed": ADL + "passed",
    "failed": ADL + "failed",
    "registered": ADL + "registered",
    "exited": ADL + "exited",
    "scored": ADL + "scored",
    "voided": ADL + "voided",
}
