"""The periodical as one HTML page that needs nothing else: light and dark, and printable."""

from html import escape

from bot.report import body, sentences
from bot.report.model import Report

STYLE = """
:root{color-scheme:light dark;--ink:#1d2126;--paper:#fdfcf9;--quiet:#6a7077;--rule:#d9d5cc;--link:#1f5b9e}
@media(prefers-color-scheme:dark){:root{--ink:#e4e2dd;--paper:#16181b;--quiet:#9aa0a6;--rule:#3a3d42;--link:#8ab8ee}}
html{background:var(--paper);color:var(--ink)}
body{max-width:42rem;margin:0 auto;padding:2rem 1.2rem 4rem;line-height:1.8;overflow-wrap:break-word;
font-family:"Noto Serif SC","Noto Serif CJK SC","Songti SC",SimSun,Georgia,serif}
h1,h2,h3,h4,nav,.quiet,.outlets,figcaption,.cover p{font-family:"Noto Sans SC","Noto Sans CJK SC","PingFang SC",
"Microsoft YaHei",system-ui,sans-serif}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
.cover{text-align:center;padding:4rem 0 3rem;border-bottom:3px double var(--rule)}
.cover h1{font-size:2.6rem;margin:.2em 0 .6em;letter-spacing:.08em}.cover p{margin:.2em 0;text-align:center}
.series{font-size:1.15rem;letter-spacing:0;color:var(--quiet)}
h2{margin:3rem 0 1rem;padding-bottom:.3rem;border-bottom:1px solid var(--rule);font-size:1.5rem}
h3{margin:2rem 0 .6rem;font-size:1.15rem;line-height:1.5}h4{margin:1.4rem 0 .4rem;font-size:1rem}
p{margin:.6em 0;text-align:justify}.quiet,.outlets,figcaption{color:var(--quiet);font-size:.9rem}
.outlets{text-align:left}nav ol{list-style:none;padding:0;margin:0}nav li{display:flex;gap:.8rem;align-items:baseline}nav li a{min-width:0;overflow-wrap:anywhere}
nav li.section{font-weight:600;margin-top:.9rem}nav .number{margin-left:auto;white-space:nowrap;color:var(--quiet)}
figure{margin:1.5rem 0}figure svg{max-width:100%;height:auto;display:block}.index ul{columns:2;list-style:none;padding:0}
.index li{break-inside:avoid}
@media print{:root{--ink:#000;--paper:#fff;--quiet:#444;--rule:#999;--link:#000}body{max-width:none;padding:0;font-size:11pt}
.cover,nav{break-after:page}h2{break-before:page}h2,h3,h4{break-after:avoid}a{color:inherit}@page{margin:22mm 20mm}}
"""


def write_html(report: Report) -> bytes:
    """UTF-8; no script, no font, no address is loaded."""
    locale = sentences.locale_of(report)
    parts = [
        body.cover(report),
        _contents(report),
        body.overview(report),
        *(body.section(part, number, report) for number, part in enumerate(report.sections, 1)),
        body.index(report) if report.index else "",
        body.colophon(report),
    ]
    page = (
        f'<!doctype html>\n<html lang="{locale.code}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{escape(sentences.name(report))}</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(filter(None, parts))
        + "\n</body></html>\n"
    )
    return page.encode()


def _contents(report: Report) -> str:
    """A line for each section and piece; a piece's number stands where print has the page."""
    locale = sentences.locale_of(report)
    overview = body.link(locale.text("report.overview"), "#overview")
    rows = [f'<li class="section">{overview}</li>']
    for place, section in enumerate(report.sections, 1):
        rows.append(f'<li class="section">{body.link(section.name, f"#{body.SECTION.format(place)}")}</li>')
        rows += [
            f"<li>{body.link(piece.title, f'#{body.PIECE.format(piece.number)}')}"
            f'<span class="number">… {piece.number}</span></li>'
            for piece in section.pieces
        ]
    if report.index:
        rows.append(f'<li class="section">{body.link(locale.text("report.index"), "#index")}</li>')
    rows.append(f'<li class="section">{body.link(locale.text("report.colophon"), "#colophon")}</li>')
    return f"<nav>{body.heading(2, locale.text('report.contents'), 'contents')}<ol>{''.join(rows)}</ol></nav>"
