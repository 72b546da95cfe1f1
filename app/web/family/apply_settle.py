"""What one changed answer does to others: what no longer concerns the family is forgotten, the rest asked again."""

from __future__ import annotations

from app.organisations.profile import Profile
from app.web.family.apply_content import Answers, Content
from app.web.family.apply_steps import STEPS, applies, choices_of


def settle(profile: Profile, content: Content) -> None:
    """After a change, forget what no longer concerns this family: no partner, nothing about a partner (BXL-06)."""
    for step in STEPS:
        if not step.concerns(profile, content):
            content.drop(step.name)
        for kept in (content.answers, content.typed):
            _forget(kept.get(step.name, {}), content)
    for step in STEPS:
        given = content.answers.get(step.name, {})
        offered = choices_of(step, profile, content)
        if any(isinstance(given.get(name), str) and given[name] not in values for name, values in offered.items()):
            content.drop(step.name)
        for name, values in offered.items():
            if isinstance(given.get(name), list):
                given[name] = [value for value in given[name] if value in values]
    _ask_again(content)


def _forget(given: Answers, content: Content) -> None:
    """Drop the answers of a page that no longer apply."""
    for name in [name for name in given if not applies(name, content)]:
        given.pop(name)


def _ask_again(content: Content) -> None:
    """Mark the pages that have to be looked at again beside the others."""
    if content.lives_elsewhere and not content.get("contact", "place"):
        content.ask_again("contact")
    for page, name in (("children", "family_name"), ("child-number", "national_number")):
        asked = (f"{name}_{which}" for which in range(2, content.children + 1))
        if not all(content.get(page, each) for each in asked):
            content.ask_again(page)
    birth, start = content.day("child", "birth_date"), content.day("start", "start_date")
    if birth is not None and start is not None and start < birth:
        content.ask_again("start")
