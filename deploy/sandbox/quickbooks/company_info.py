"""What QuickBooks tells of a company itself: CompanyInfo and Preferences (Intuit, CompanyInfo and Preferences reference)."""

import re

from deploy.sandbox.clock import utc_now
from deploy.sandbox.quickbooks.books import Company
from deploy.sandbox.quickbooks.fields import Json
from deploy.sandbox.quickbooks.pacific import pacific_seconds

COMPANY_INFO = "CompanyInfo"
PREFERENCES = "Preferences"
ABOUT_ITSELF = re.compile(
    r"\s*select\s+\*\s+from\s+(?P<entity>companyinfo|preferences)(\s+startposition\s+1)?(\s+maxresults\s+\d+)?\s*",
    re.IGNORECASE,
)
"""The query that some clients ask first (mcohen01/node-quickbooks, ej2/python-quickbooks)."""


def named(entity: str) -> str:
    """Write the entity as answers do, however it was asked for."""
    return COMPANY_INFO if entity.lower() == COMPANY_INFO.lower() else PREFERENCES


def about(company: Company, entity: str) -> Json:
    """Give the one record of this entity."""
    now = pacific_seconds(utc_now())
    common: Json = {
        "domain": "QBO",
        "sparse": False,
        "Id": "1",
        "SyncToken": "4",
        "MetaData": {"CreateTime": now, "LastUpdatedTime": now},
    }
    if entity == COMPANY_INFO:
        return {
            "CompanyName": company.name,
            "LegalName": company.name,
            "Country": "US",
            "FiscalYearStartMonth": "January",
            "SupportedLanguages": "en",
            "NameValue": [{"Name": "NeoEnabled", "Value": "true"}],
            **common,
        }
    return {
        "AccountingInfoPrefs": {"TrackDepartments": False, "CustomerTerminology": "Customers"},
        "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
        **common,
    }
