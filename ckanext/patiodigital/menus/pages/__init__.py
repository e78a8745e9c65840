"""What the family pages say: words for days, a sentence for each day without a menu, and the parts of each page."""

from ckanext.patiodigital.menus.pages.day import DayPage, day_page
from ckanext.patiodigital.menus.pages.found import FoundSchool, found_school
from ckanext.patiodigital.menus.pages.month import MonthPage, month_page
from ckanext.patiodigital.menus.pages.school import Asked
from ckanext.patiodigital.menus.pages.week import WeekPage, week_page
from ckanext.patiodigital.menus.pages.words import allergen_names, day_in_words, instant_in_words, lang, portuguese

__all__ = [
    "Asked",
    "DayPage",
    "FoundSchool",
    "MonthPage",
    "WeekPage",
    "allergen_names",
    "day_in_words",
    "day_page",
    "found_school",
    "instant_in_words",
    "lang",
    "month_page",
    "portuguese",
    "week_page",
]
