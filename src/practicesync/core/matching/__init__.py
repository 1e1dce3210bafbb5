"""Who is who: suggestions of links between two lists, of twins within one, and whether somebody is there already.

Pure, with fixed weights (`weights`, written by `bin/fit-matching` from invented firms); nothing is learned from a
firm's data. A party's names and numbers become columns (`side`), pairs that share a key are looked at (`pairing`), the
evidence of each is weighed (`evidence`, `scoring`) and put into words (`reasons`).
"""

from practicesync.core.matching.duplicates import twins
from practicesync.core.matching.finding import Finder
from practicesync.core.matching.linking import Matching, match
from practicesync.core.matching.party import Party, Pile, Reason, Suggestion, Twin

__all__ = ["Finder", "Matching", "Party", "Pile", "Reason", "Suggestion", "Twin", "match", "twins"]
