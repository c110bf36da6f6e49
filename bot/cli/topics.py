"""`chenbao topics list|check`: the sections and topics in force, and why a text gets its own."""

import sys

import click

from bot.cli.output import print_json, print_table
from bot.cli.settings import config_from
from bot.text.analyse import Analyser, Explanation
from bot.text.cues import INDUSTRY
from bot.text.segment import load_segmenter
from bot.text.taxonomy import Taxonomy, load_taxonomy

_SHOWN_WORDS = 20


@click.group()
def topics() -> None:
    """The sections and topics that articles are sorted into."""


@topics.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def list_(ctx: click.Context, *, as_json: bool) -> None:
    """All sections and topics, in the order in which they are printed."""
    taxonomy = load_taxonomy(config_from(ctx).topics)
    if as_json:
        print_json(
            {
                "title": dict(taxonomy.title),
                "sections": [{"id": one.id, "name": dict(one.name)} for one in taxonomy.sections],
                "topics": [
                    {"id": one.id, "name": dict(one.name), "aliases": list(one.aliases)}
                    for one in taxonomy.topics
                ],
            }
        )
        return
    click.echo(f"{taxonomy.title['zh']} · {taxonomy.title['en']}\n")
    print_table(
        ("section", "中文", "English"), [(s.id, s.name["zh"], s.name["en"]) for s in taxonomy.sections]
    )
    click.echo()
    rows = [
        (topic.id, topic.name["zh"], topic.name["en"], ", ".join(topic.aliases)) for topic in taxonomy.topics
    ]
    print_table(("topic", "中文", "English", "also"), rows)


@topics.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def check(ctx: click.Context, text: str, *, as_json: bool) -> None:
    """Which section and topics TEXT gets (`-` reads stdin; its first line is the title), and which words say so."""
    taxonomy = load_taxonomy(config_from(ctx).topics)
    analyser = Analyser(taxonomy, load_segmenter(taxonomy.words()))
    found = analyser.explain(sys.stdin.read() if text == "-" else text)
    if as_json:
        print_json(_as_json(found))
    else:
        _print(found, taxonomy)


def _as_json(found: Explanation) -> dict[str, object]:
    def figures(table: dict[str, float]) -> dict[str, float]:
        return {name: round(value, 2) for name, value in table.items()}

    return {
        "section": found.section,
        "topics": list(found.chosen),
        "industry": {
            "evidence": round(found.industry, 2),
            "vocabulary": round(found.vocabulary, 2),
            "threshold": found.threshold,
        },
        "genre": found.editorial.genre or None,
        "news": round(found.editorial.news, 2),
        "reasons": figures(dict(found.reasons)),
        "sections": figures(found.sections),
        "evidence": figures(found.topics),
        "words": [
            {
                "word": match.word,
                "title": match.in_title,
                "lead": match.in_lead,
                "body": match.in_body,
                "for": figures(dict(match.effects.targets)),
            }
            for match in found.matches
        ],
    }


def _print(found: Explanation, taxonomy: Taxonomy) -> None:
    is_ours = "is" if found.section else "is not"
    click.echo(
        f"It {is_ours} about the industry: evidence {found.industry:.1f} "
        f"(everyday words {found.vocabulary:+.1f}), needed {found.threshold:.1f}."
    )
    section = taxonomy.section(found.section) if found.section else None
    named = f"{section.id} ({section.name['zh']})" if section else "none"
    click.echo(f"Section: {named}")
    click.echo(f"Topics: {', '.join(found.chosen) or 'none'}\n")
    evidence = [(f"section {name}", f"{value:.1f}", "") for name, value in found.sections.items()]
    for name, value in found.topics.items():
        topic = taxonomy.topic(name)
        evidence.append((f"topic {name}", f"{value:.1f}", f"{topic.threshold:.1f}" if topic else ""))
    print_table(("for", "evidence", "needed"), evidence)
    if found.section:
        click.echo(
            f"\nGenre: {found.editorial.genre} (news {found.editorial.news:+.1f}, from 0 on rather than not)"
        )
    if found.reasons:
        click.echo()
        print_table(
            ("weighs most for or against the industry", "by"),
            [(name, f"{by:+.2f}") for name, by in found.reasons],
        )
    if not found.matches:
        return
    click.echo()
    rows = []
    for match in found.matches[:_SHOWN_WORDS]:
        places = f"{match.in_title} / {match.in_lead} / {match.in_body}"
        effects = (
            f"{'industry' if name == INDUSTRY else name} {value:+g}" for name, value in match.effects.targets
        )
        rows.append((match.word, places, ", ".join(effects)))
    print_table(("word", "title / lead / body", "speaks for"), rows)
    if len(found.matches) > _SHOWN_WORDS:
        click.echo(f"… and {len(found.matches) - _SHOWN_WORDS} more words (--json shows all)")
