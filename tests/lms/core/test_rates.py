"""A whole school sits behind one address: limits count account and address together."""

from __future__ import annotations

import pytest
from flask import Flask

from lms.core.errors import TooMany
from lms.core.rates import limit_rate


def test_one_account_is_slowed_and_its_neighbor_behind_the_same_address_is_not(act: Flask):
    for _try in range(3):
        limit_rate("sign_in", "3/minute", "minh", "10.0.0.1")
    with pytest.raises(TooMany) as refused:
        limit_rate("sign_in", "3/minute", "minh", "10.0.0.1")
    assert 1 <= refused.value.retry_s <= 60
    limit_rate("sign_in", "3/minute", "an", "10.0.0.1")
    limit_rate("sign_in", "3/minute", "minh", "10.0.0.2")


def test_limits_of_different_deeds_do_not_mix(act: Flask):
    limit_rate("reset", "1/minute", "minh")
    limit_rate("sign_in", "1/minute", "minh")
    with pytest.raises(TooMany):
        limit_rate("reset", "1/minute", "minh")


def test_parts_of_a_key_cannot_be_shifted_into_each_other(act: Flask):
    limit_rate("sign_in", "1/minute", "ab", "c")
    limit_rate("sign_in", "1/minute", "a", "bc")
    with pytest.raises(TooMany):
        limit_rate("sign_in", "1/minute", "a", "bc")
