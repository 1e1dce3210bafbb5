"""How values of each sort are compared by meaning, checked and shown.

Differences that are only a way of writing (case, spacing, abbreviations, number formats) do not count; where the
meaning is in doubt the values differ, so that a person looks and no edit is lost.
"""

from typing import Final

from practicesync.core.kinds.address_parts import City, Country, Postcode, Region, Street
from practicesync.core.kinds.addresses import Address
from practicesync.core.kinds.amounts import Percentage, Quantity
from practicesync.core.kinds.base import Code, Kind, Line, Parts, Place, Text, is_tidy
from practicesync.core.kinds.choices import Flag, Structure
from practicesync.core.kinds.dates import Date
from practicesync.core.kinds.emails import Email
from practicesync.core.kinds.listed import Choice
from practicesync.core.kinds.names import Name, PersonPart, PersonRef, Title
from practicesync.core.kinds.numbers import BusinessNumber, CompanyNumber, TaxNumber
from practicesync.core.kinds.phones import Phone
from practicesync.core.kinds.websites import Website

TEXT: Final[Kind] = Text()
LINE: Final[Kind] = Line()
NAME: Final[Kind] = Name()
PERSON_PART: Final[Kind] = PersonPart()
PERSON_REF: Final[Kind] = PersonRef()
TITLE: Final[Kind] = Title()
DATE: Final[Kind] = Date()
EMAIL: Final[Kind] = Email()
PHONE: Final[Kind] = Phone()
WEBSITE: Final[Kind] = Website()
ADDRESS: Final[Kind] = Address()
STREET: Final[Kind] = Street()
CITY: Final[Kind] = City()
REGION: Final[Kind] = Region()
POSTCODE: Final[Kind] = Postcode()
COUNTRY: Final[Kind] = Country()
STRUCTURE: Final[Kind] = Structure()
TAX_NUMBER: Final[Kind] = TaxNumber()
COMPANY_NUMBER: Final[Kind] = CompanyNumber()
BUSINESS_NUMBER: Final[Kind] = BusinessNumber()
CODE: Final[Kind] = Code()
FLAG: Final[Kind] = Flag()
CHOICE: Final[Kind] = Choice()
QUANTITY: Final[Kind] = Quantity()
PERCENTAGE: Final[Kind] = Percentage()

__all__ = [
    "ADDRESS",
    "BUSINESS_NUMBER",
    "CHOICE",
    "CITY",
    "CODE",
    "COMPANY_NUMBER",
    "COUNTRY",
    "DATE",
    "EMAIL",
    "FLAG",
    "LINE",
    "NAME",
    "PERCENTAGE",
    "PERSON_PART",
    "PERSON_REF",
    "PHONE",
    "POSTCODE",
    "QUANTITY",
    "REGION",
    "STREET",
    "STRUCTURE",
    "TAX_NUMBER",
    "TEXT",
    "TITLE",
    "WEBSITE",
    "Kind",
    "Parts",
    "Place",
    "is_tidy",
]
