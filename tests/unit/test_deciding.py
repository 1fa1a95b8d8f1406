"""What the fitted numbers decide."""

import pytest

from assistant import deciding
from assistant.deciding import holds


def unasked() -> bool:
    raise AssertionError("the language makes no difference here")


def test_lines_lie_in_order() -> None:
    for line in (deciding.fitted().same_language, deciding.fitted().other_language):
        assert 0 < line.nothing < line.near < 1
    assert deciding.fitted().other_language.near < deciding.fitted().same_language.near


def test_the_language_is_asked_only_where_it_matters() -> None:
    low, high = deciding.fitted().other_language.nothing, deciding.fitted().same_language.nothing
    assert not holds(deciding.something_near(low - 0.01, unasked))
    assert holds(deciding.something_near(high + 0.01, unasked))
    assert not holds(deciding.something_near(high - 0.01, lambda: True))
    assert holds(deciding.something_near(high - 0.01, lambda: False))


def test_what_is_near_depends_on_the_languages() -> None:
    between = (deciding.fitted().other_language.near + deciding.fitted().same_language.near) / 2
    assert holds(deciding.near(between, same_language=False))
    assert not holds(deciding.near(between, same_language=True))


def test_an_order_points_along_its_weights() -> None:
    weights = deciding.fitted().orders
    length = sum(weight * weight for weight in weights) ** 0.5
    towards = [weight / length for weight in weights]
    assert holds(deciding.order(towards))
    assert not holds(deciding.order([-value for value in towards]))


@pytest.mark.parametrize("adapted", [True, False])
def test_both_readings_raise_the_chance(adapted: bool) -> None:
    doubtful, sure, surer = (
        deciding.answered(odds, None, 0.5, adapted=adapted).value for odds in ((-2.0, 0.0), (2.0, 0.0), (2.0, 2.0))
    )
    assert doubtful < sure < surer


def test_a_sentence_like_the_question_raises_the_chance() -> None:
    far, unknown, near = (deciding.answered((0.0, 0.0), by, 0.5, adapted=True).value for by in (-0.03, None, 0.1))
    assert far < unknown < near


@pytest.mark.parametrize("adapted", [True, False])
def test_what_cannot_convince_any_more_need_not_be_read(adapted: bool) -> None:
    assert not deciding.may_be_answered(-20.0, None, 0.5, adapted=adapted)
    assert deciding.may_be_answered(0.0, None, 0.5, adapted=adapted)


@pytest.mark.parametrize(("caution", "line"), [(0.0, 0.0), (0.5, 0.6), (1.0, 1.0)])
def test_of_several_sentences_the_best_has_to_convince_more(caution: float, line: float) -> None:
    signals = [
        deciding.answered((0.0,), None, caution, adapted=True, odds=odds) for odds in (1, deciding.BEST_OF_SEVERAL_ODDS)
    ]
    assert [signal.line for signal in signals] == pytest.approx([caution, line])
    assert signals[0].value == signals[1].value
