"""Names that strangers may see."""

import pytest

from terminal.counter.masking import mask_name


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王小明", "王**"), ("欧阳", "欧*"), ("Ada Lovelace", "A** L****"), ("", "*"), ("   ", "*"), ("李", "李")],
)
def test_the_first_letter_is_left(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_a_long_name_stays_short_and_hides_its_length() -> None:
    assert mask_name("Wolfeschlegelsteinhausenbergerdorff") == "W****"
    assert len(mask_name("a b c d e f g h i j k l m n o p q r s t u v w x y z")) <= 24
