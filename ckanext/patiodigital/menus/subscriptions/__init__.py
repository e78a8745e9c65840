"""Subscriptions to a school's menus: calendar, Atom feed, and OpenMensa's feed of canteens."""
