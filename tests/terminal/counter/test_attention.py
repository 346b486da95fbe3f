"""When the member screen clears itself."""

from terminal.counter.attention import IDLE_MS, PERSONAL_MS, WARNING_MS, Attention


class _Watch:
    """A monotonic clock that stands still until it is told."""

    def __init__(self) -> None:
        self.ms = 1_000

    def __call__(self) -> int:
        return self.ms


def test_nobody_there_nothing_to_clear() -> None:
    attention = Attention(_Watch())
    assert attention.warning_ms() is None
    assert not attention.expired()


def test_personal_data_leaves_sooner_and_is_warned_of() -> None:
    watch = _Watch()
    attention = Attention(watch)
    attention.greeted()
    watch.ms += PERSONAL_MS - 1
    assert attention.warning_ms() is None
    watch.ms += 1
    assert attention.warning_ms() == WARNING_MS
    watch.ms += WARNING_MS - 1
    assert not attention.expired()
    watch.ms += 1
    assert attention.expired()


def test_more_time_begins_again() -> None:
    watch = _Watch()
    attention = Attention(watch)
    attention.greeted()
    watch.ms += PERSONAL_MS + WARNING_MS - 1
    attention.touched()
    watch.ms += PERSONAL_MS - 1
    assert attention.warning_ms() is None


def test_without_personal_data_the_screen_stays_longer() -> None:
    watch = _Watch()
    attention = Attention(watch)
    attention.touched()
    watch.ms += PERSONAL_MS + WARNING_MS
    assert not attention.expired()
    watch.ms += IDLE_MS - PERSONAL_MS
    assert attention.expired()


def test_details_are_shown_only_to_a_member_and_gone_with_them() -> None:
    attention = Attention(_Watch())
    attention.show_detail(True)
    assert not attention.detail
    attention.greeted()
    attention.show_detail(True)
    assert attention.detail
    attention.left()
    assert not attention.detail
