"""Check digits of Australian, New Zealand and British numbers: which are valid, and how to make valid ones.

Sources: the Australian Taxation Office's TFN and ABN algorithms, ASIC's ACN check digit, Inland Revenue's
"IRD number validation", GS1's GTIN-13 check digit (New Zealand business numbers are GS1 numbers that begin with 94),
HM Revenue & Customs' check of a unique taxpayer reference.
"""

import re
from operator import mul
from random import Random

_TFN = (1, 4, 3, 7, 5, 8, 6, 9, 10)
_TFN_8 = (10, 7, 8, 4, 6, 3, 5, 1)
_ABN = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
_ACN = (8, 7, 6, 5, 4, 3, 2, 1)
_IRD = (3, 2, 7, 6, 5, 4, 3, 2)
_IRD_SECOND = (7, 4, 3, 2, 5, 2, 7, 6)
_UTR = (6, 7, 8, 9, 10, 5, 4, 3, 2)
_UTR_CHECKS = "21987654321"

MASKS = {"stars": "*", "short": "*", "crosses": "X"}
_SHOWN = 3
_LOOKS_MASKED = re.compile(r"\*|X{3}", re.IGNORECASE)


def masked(number: str, style: str) -> str:
    """A tax number with all but its last three digits hidden; `style` is one of `MASKS`."""
    hidden = 3 if style == "short" else len(number) - _SHOWN
    return MASKS[style] * hidden + number[-_SHOWN:]


def is_masked(text: str) -> bool:
    """Whether a value looks like one that `masked` gave."""
    return _LOOKS_MASKED.search(text) is not None


def digits_of(text: str) -> str:
    """The number without the spaces, hyphens and dots that people write in it."""
    return text.translate(str.maketrans("", "", " -.\u00a0"))


def _sum(digits: str, weights: tuple[int, ...]) -> int:
    return sum(map(mul, map(int, digits), weights))


def is_tfn(digits: str) -> bool:
    """A tax file number of nine digits, or of eight as older ones are."""
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (8, 9):
        return False
    return _sum(digits, _TFN if len(digits) == 9 else _TFN_8) % 11 == 0


def is_ird(digits: str) -> bool:
    """A New Zealand IRD number of eight or nine digits."""
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (8, 9):
        return False
    return 10_000_000 < int(digits) < 150_000_000 and _ird_check(digits[:-1].zfill(8)) == int(digits[-1])


def _ird_check(base: str) -> int | None:
    for weights in (_IRD, _IRD_SECOND):
        check = -_sum(base, weights) % 11
        if check < 10:
            return check
    return None


def is_tax_number(digits: str, region: str) -> bool:
    """Whether a practice of this region accepts the digits as a client's tax number."""
    return _IS_TAX_NUMBER[region](digits)


def is_utr(digits: str) -> bool:
    """A British unique taxpayer reference of ten digits, the first of which checks the others."""
    if not digits.isascii() or not digits.isdigit() or len(digits) != 10:
        return False
    return _utr_check(digits[1:]) == digits[0]


def _utr_check(base: str) -> str:
    return _UTR_CHECKS[_sum(base, _UTR) % 11]


_IS_TAX_NUMBER = {"AU": is_tfn, "NZ": is_ird, "UK": is_utr}


def is_abn(digits: str) -> bool:
    if len(digits) != 11 or not digits.isdigit():
        return False
    return int(digits[:2]) >= 11 and _sum(str(int(digits[0]) - 1) + digits[1:], _ABN) % 89 == 0


def is_acn(digits: str) -> bool:
    return len(digits) == 9 and digits.isdigit() and -_sum(digits[:8], _ACN) % 10 == int(digits[8])


def is_nzbn(digits: str) -> bool:
    return len(digits) == 13 and digits.isdigit() and _gtin_check(digits[:12]) == int(digits[12])


def _gtin_check(base: str) -> int:
    return -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(base)) % 10


def make_tfn(random: Random) -> str:
    while True:
        base = str(random.randrange(10_000_000, 99_999_999))
        check = _sum(base, _TFN) % 11  # the last weight is 10, which is -1 to the modulus
        if check < 10:
            return base + str(check)


def make_ird(random: Random) -> str:
    while True:
        base = str(random.randrange(1_100_000, 14_900_000))
        check = _ird_check(base.zfill(8))
        if check is not None:
            return (base + str(check)).zfill(9)


def make_utr(random: Random) -> str:
    base = str(random.randrange(100_000_000, 999_999_999))
    return _utr_check(base) + base


def make_tax_number(random: Random, region: str) -> str:
    return _MAKE_TAX_NUMBER[region](random)


_MAKE_TAX_NUMBER = {"AU": make_tfn, "NZ": make_ird, "UK": make_utr}


def make_acn(random: Random) -> str:
    base = str(random.randrange(1_000_000, 69_999_999)).zfill(8)
    return base + str(-_sum(base, _ACN) % 10)


def make_abn(random: Random, acn: str | None = None) -> str:
    """A company's ABN is its ACN behind two check digits; anybody else's begins anywhere."""
    tail = acn or str(random.randrange(100_000_000, 999_999_999))
    check = -_sum(tail, _ABN[2:]) % 89 or 89  # 10 in front would fit too, but no ABN begins below 11
    return f"{check // 10 + 1}{check % 10}{tail}"


def make_company_number(random: Random, region: str) -> str:
    if region == "UK":
        return str(random.randrange(1_000_000, 16_500_000)).zfill(8)
    return make_acn(random) if region == "AU" else str(random.randrange(1_000_000, 9_499_999))


def make_business_number(random: Random, region: str, company_number: str | None = None) -> str:
    if region == "AU":
        return make_abn(random, company_number)
    base = "94290" + str(random.randrange(10_000, 9_999_999)).zfill(7)
    return base + str(_gtin_check(base))
