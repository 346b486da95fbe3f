"""Ready offers, one file for each kind: each is read in a programme as it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loyalty import ProgrammeError, read_programme
from loyalty.offers import KINDS
from loyalty.quote import Step
from tests.docs.receipts import DOCS
from tests.loyalty.material import document

FOLDER = DOCS / "examples" / "offers"
PAGE = (DOCS / "examples" / "README.md").read_text("utf-8")


def template(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{kind}.json").read_text("utf-8"))
    return found


def programme_with(found: dict[str, Any]) -> dict[str, Any]:
    return document(found["offer"], format=2, coupons=[found["coupon"]] if "coupon" in found else [])


def test_every_kind_has_a_template_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_template_is_read_as_it_stands(kind: str) -> None:
    found = template(kind)
    (offer,) = read_programme(programme_with(found)).offers
    assert type(offer) is KINDS[kind]
    assert ("coupon" in found) == (offer.step is Step.COUPON)
    assert set(offer.name) == {"zh-CN", "en"}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_wrong_key_in_a_template_would_be_found(kind: str) -> None:
    found = template(kind)
    found["offer"]["priorty"] = found["offer"].pop("priority")
    with pytest.raises(ProgrammeError, match="did you mean 'priority'"):
        read_programme(programme_with(found))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_page_names_a_template_with_its_sentence(kind: str) -> None:
    assert f"| [`{kind}`](offers/{kind}.json) | {template(kind)['about']} |" in PAGE
