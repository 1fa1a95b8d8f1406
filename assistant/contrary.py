"""Pure: does a sentence turn away what is asked, for it does not deny, or says the opposite?"""

from assistant.asking import for_reason, wants_words
from assistant.denials import undenied
from assistant.opposites import opposed


def is_contrary(sentence: str, spoken: str | None, question: str, language: str) -> bool:
    """Is a sentence in the language `spoken` no answer to a question in `language`, by a "not" or an opposite?

    Never to one for a yes or no, which both answer, nor to one for a reason, which is told without what it is the
    reason of.
    """
    if for_reason(question) or not wants_words(question, language):
        return False
    return undenied(sentence, spoken, question, language) or opposed(sentence, spoken, question, language)
