"""Sentences the assistant says in its own name, by language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.types import DeclineReason

Wordings = Mapping[str, str]
"""By language."""

NOT_COVERED = {
    "fr": "Les documents ne répondent pas à cette question.",
    "en": "The documents do not answer this question.",
    "de": "Die Dokumente beantworten diese Frage nicht.",
    "es": "Los documentos no responden a esta pregunta.",
    "it": "I documenti non rispondono a questa domanda.",
    "pt": "Os documentos não respondem a esta pergunta.",
    "nl": "De documenten beantwoorden deze vraag niet.",
    "el": "Τα έγγραφα δεν απαντούν σε αυτή την ερώτηση.",
    "ru": "Документы не отвечают на этот вопрос.",
    "ar": "لا تجيب الوثائق عن هذا السؤال.",
    "he": "המסמכים אינם עונים על השאלה הזאת.",
    "zh": "这些文档没有回答这个问题。",
    "ja": "文書にはこの質問への答えがありません。",
    "ko": "문서에는 이 질문에 대한 답이 없습니다.",
}

DETAIL_MISSING = {
    "fr": "Les documents ne le disent pas précisément ; voici ce qu'ils disent de plus proche.",
    "en": "The documents do not say exactly this; here is the closest that they say.",
    "de": "Genau das sagen die Dokumente nicht; am nächsten kommt dem diese Stelle.",
    "es": "Los documentos no dicen exactamente esto; lo más cercano que dicen es lo siguiente.",
    "it": "I documenti non dicono esattamente questo; ecco ciò che dicono di più vicino.",
    "pt": "Os documentos não dizem exatamente isto; eis o que dizem de mais próximo.",
    "nl": "De documenten zeggen dit niet precies; deze passage komt er het dichtst bij.",
    "el": "Τα έγγραφα δεν λένε ακριβώς αυτό· αυτό είναι το πλησιέστερο που λένε.",
    "ru": "Документы не говорят этого в точности; вот самое близкое из того, что в них сказано.",
    "ar": "لا تقول الوثائق هذا بالضبط، وهذا أقرب ما تقوله.",
    "he": "המסמכים אינם אומרים זאת במדויק; זה הדבר הקרוב ביותר שהם אומרים.",
    "zh": "文档没有确切说明这一点；以下是最接近的内容。",
    "ja": "文書はこの点を正確には述べていません。最も近い記述は次のとおりです。",
    "ko": "문서에는 정확히 그렇게 나와 있지 않습니다. 가장 가까운 내용은 다음과 같습니다.",
}

UNTRANSLATED = {
    "fr": "Les documents semblent y répondre, en des termes que je ne peux pas traduire avec certitude ; les voici.",
    "en": "The documents seem to answer this, in words that I cannot translate with certainty; here they are.",
    "de": "Die Dokumente scheinen das zu beantworten, in Worten, die ich nicht sicher übersetzen kann; hier sind sie.",
    "es": "Los documentos parecen responder a esto, con palabras que no puedo traducir con certeza; aquí están.",
    "it": "I documenti sembrano rispondere, con parole che non so tradurre con certezza; eccole.",
    "pt": "Os documentos parecem responder a isto, em palavras que não consigo traduzir com certeza; ei-las.",
    "nl": "De documenten lijken dit te beantwoorden, in woorden die ik niet met zekerheid kan vertalen; hier zijn ze.",
    "el": "Τα έγγραφα φαίνεται να απαντούν, με λόγια που δεν μπορώ να μεταφράσω με βεβαιότητα· ορίστε τα.",
    "ru": "Документы, похоже, отвечают на это, но словами, которые я не могу уверенно перевести; вот они.",
    "ar": "يبدو أن الوثائق تجيب عن هذا، بكلمات لا يمكنني ترجمتها بيقين؛ وها هي.",
    "he": "נראה שהמסמכים עונים על כך, במילים שאיני יכול לתרגם בוודאות; הנה הן.",
    "zh": "文档似乎回答了这个问题，但其中的措辞我无法确切翻译；原文如下。",
    "ja": "文書はこれに答えているようですが、確実には訳せない言葉です。原文は次のとおりです。",
    "ko": "문서가 이에 답하는 것으로 보이지만 제가 확실하게 번역할 수 없는 표현입니다. 원문은 다음과 같습니다.",
}
"""Of a detail that is not missing: only its wording is."""

CONTRADICTED = {
    "fr": "La question suppose une chose que les documents ne confirment pas ; voici ce qu'ils disent.",
    "en": "The question assumes something that the documents do not bear out; here is what they say instead.",
    "de": "Die Frage setzt etwas voraus, das die Dokumente nicht bestätigen; sie sagen stattdessen dies.",
    "es": "La pregunta supone algo que los documentos no confirman; esto es lo que dicen en su lugar.",
    "it": "La domanda presuppone qualcosa che i documenti non confermano; ecco che cosa dicono invece.",
    "pt": "A pergunta supõe algo que os documentos não confirmam; eis o que dizem em vez disso.",
    "nl": "De vraag gaat uit van iets wat de documenten niet bevestigen; dit zeggen ze in plaats daarvan.",
    "el": "Η ερώτηση προϋποθέτει κάτι που τα έγγραφα δεν επιβεβαιώνουν· αντί γι' αυτό λένε το εξής.",
    "ru": "Вопрос исходит из того, чего документы не подтверждают; вместо этого они говорят следующее.",
    "ar": "يفترض السؤال أمرا لا تؤكده الوثائق، وهذا ما تقوله بدلا من ذلك.",
    "he": "השאלה מניחה דבר שהמסמכים אינם מאשרים; הנה מה שהם אומרים במקום זאת.",
    "zh": "这个问题假设了文档并未证实的内容；文档的说法如下。",
    "ja": "質問は文書が裏付けていないことを前提としています。文書の記述は次のとおりです。",
    "ko": "이 질문은 문서가 뒷받침하지 않는 것을 전제로 합니다. 문서의 내용은 다음과 같습니다.",
}

NOT_A_QUESTION = {
    "fr": "Je réponds seulement aux questions sur les documents ; ceci n'en est pas une.",
    "en": "I only answer questions about the documents, and this is not one.",
    "de": "Ich beantworte nur Fragen zu den Dokumenten; das ist keine.",
    "es": "Solo respondo a preguntas sobre los documentos, y esta no lo es.",
    "it": "Rispondo soltanto a domande sui documenti, e questa non lo è.",
    "pt": "Só respondo a perguntas sobre os documentos, e esta não é uma delas.",
    "nl": "Ik beantwoord alleen vragen over de documenten, en dit is er geen.",
    "el": "Απαντώ μόνο σε ερωτήσεις για τα έγγραφα, και αυτή δεν είναι μία από αυτές.",
    "ru": "Я отвечаю только на вопросы о документах, а это не такой вопрос.",
    "ar": "أجيب فقط عن الأسئلة المتعلقة بالوثائق، وهذا ليس سؤالا عنها.",
    "he": "אני עונה רק על שאלות על המסמכים, וזו אינה שאלה כזאת.",
    "zh": "我只回答有关这些文档的问题，而这不是这样的问题。",
    "ja": "文書についての質問にのみお答えします。これはそのような質問ではありません。",
    "ko": "저는 문서에 관한 질문에만 답합니다. 이것은 그런 질문이 아닙니다.",
}

PHRASES: Mapping[DeclineReason, Wordings] = {
    DeclineReason.NOT_COVERED: NOT_COVERED,
    DeclineReason.DETAIL_MISSING: DETAIL_MISSING,
    DeclineReason.CONTRADICTED: CONTRADICTED,
    DeclineReason.NOT_A_QUESTION: NOT_A_QUESTION,
}


STATED: Wordings = {
    "fr": "Selon les documents : {told}.",
    "en": "According to the documents: {told}.",
    "de": "Laut den Dokumenten: {told}.",
    "es": "Según los documentos: {told}.",
    "it": "Secondo i documenti: {told}.",
    "pt": "Segundo os documentos: {told}.",
    "nl": "Volgens de documenten: {told}.",
    "el": "Σύμφωνα με τα έγγραφα: {told}.",
    "ru": "Согласно документам: {told}.",
    "ar": "وفقا للوثائق: {told}.",
    "he": "לפי המסמכים: {told}.",
    "zh": "根据文档：{told}。",
    "ja": "文書によると：{told}。",
    "ko": "문서에 따르면: {told}.",
}
"""What the documents say, in their words."""

ALSO: Wordings = {
    "fr": "Et aussi : {told}.",
    "en": "Also: {told}.",
    "de": "Außerdem: {told}.",
    "es": "También: {told}.",
    "it": "E anche: {told}.",
    "pt": "E também: {told}.",
    "nl": "En ook: {told}.",
    "el": "Επίσης: {told}.",
    "ru": "А также: {told}.",
    "ar": "وأيضا: {told}.",
    "he": "וגם: {told}.",
    "zh": "还有：{told}。",
    "ja": "また：{told}。",
    "ko": "또한: {told}.",
}
"""What they say besides."""

DISAGREEMENT = {
    "fr": "Les documents se contredisent : on y lit aussi « {told} »{date}.",
    "en": "The documents disagree: they also say “{told}”{date}.",
    "de": "Die Dokumente widersprechen sich: Dort steht auch „{told}“{date}.",
    "es": "Los documentos se contradicen: también dicen «{told}»{date}.",
    "it": "I documenti si contraddicono: dicono anche «{told}»{date}.",
    "pt": "Os documentos contradizem-se: também dizem «{told}»{date}.",
    "nl": "De documenten spreken elkaar tegen: er staat ook ‘{told}’{date}.",
    "el": "Τα έγγραφα αντιφάσκουν: λένε επίσης «{told}»{date}.",
    "ru": "Документы противоречат друг другу: в них сказано также «{told}»{date}.",
    "ar": "تتعارض الوثائق: فقد ورد فيها أيضا «{told}»{date}.",
    "he": "המסמכים סותרים זה את זה: נאמר בהם גם «{told}»{date}.",
    "zh": "文档之间有矛盾：其中也说“{told}”{date}。",
    "ja": "文書の間に食い違いがあります。「{told}」とも書かれています{date}。",
    "ko": "문서의 내용이 서로 다릅니다. “{told}”라고도 적혀 있습니다{date}.",
}


def unframed(answer: str) -> str:
    """An answer without the words that give it as the documents': they are none of a conversation's."""
    frames = (wording.partition("{told}")[0] for wording in STATED.values())
    return next((answer.removeprefix(frame) for frame in frames if answer.startswith(frame)), answer)


def is_decline(answer: str) -> bool:
    """Does an answer make no claim, by its words?"""
    return any(
        answer.startswith(phrase) for phrases in (*PHRASES.values(), UNTRANSLATED) for phrase in phrases.values()
    )


_QUOTED = re.compile(r"[^\w\s:] ?\{told\} ?[^\w\s{]")
"""Between a language's quotation marks."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A value, and the date of the document that tells it."""

    value: str
    date: str | None


def disagreement(language: str, told: Dated, first: Dated) -> str:
    """A sentence that says that the documents also tell this, behind one that tells the first value.

    With the dates of both, where they are known and differ: "(2024-03-02; “1995”: 2023-01-05)".
    """
    wording = DISAGREEMENT[language]
    dates = [told.date] if told.date else []
    if first.date and first.date != told.date and (quoted := _QUOTED.search(wording)):
        dates.append(f"{quoted[0].format(told=first.value.rstrip('. '))}: {first.date}")
    return wording.format(told=told.value.rstrip(". "), date=f" ({'; '.join(dates)})" if dates else "")


def decline(language: str, reason: DeclineReason = DeclineReason.NOT_COVERED) -> tuple[str, str]:
    """What is said in a language instead of a claim, or in English where there is none; with the language it is in."""
    return _said(PHRASES[reason], language)


def untranslated(language: str) -> tuple[str, str]:
    """The same where a detail is missing only for want of a sure translation."""
    return _said(UNTRANSLATED, language)


def _said(phrases: Mapping[str, str], language: str) -> tuple[str, str]:
    return (phrases[language], language) if language in phrases else (phrases["en"], "en")
