"""Sentences the assistant says in its own name, by language."""

DECLINES = {
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


def decline(language: str) -> tuple[str, str]:
    """The decline in a language, or in English where it has none; with the language it is in."""
    return (DECLINES[language], language) if language in DECLINES else (DECLINES["en"], "en")
