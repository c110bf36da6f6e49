"""The canonical address of an article: without parameters that only say how a reader got there.

The result is for comparing, not for opening: the scheme is https, and `www.` and mobile prefixes are gone.
Parameters that identify an article stay; the list of the others follows what Chinese portals, WeChat and the
usual advertising networks add.
"""

import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from bot.collect.fetch.addresses import target_of

_TRACKING = re.compile(
    r"""^(?:utm_.*|spm|spm_.*|scm|from|from_.*|fr|frm|wfr|share|share_.*|shareto|sharer.*|shareid|sharesource|isappinstalled
    |vd_source|tt_from|tt_.*|weibo_id|wx_.*|wechat.*|nsukey|bd_vid|hmsr|hmpl|hmcu|hmkw|hmci|gclid|dclid|gbraid|wbraid|fbclid
    |msclkid|yclid|twclid|ttclid|igshid|igsh|mc_cid|mc_eid|_ga|_gl|_hs.*|ref|ref_.*|referer|referrer|refer|rss|feed
    |adchannelid|ncid|cmpid|campaign_?id|at_.*|pk_.*|mtm_.*|piwik_.*|phpsessid|jsessionid|aspsessionid.*|session_?id|sessid|ito|ftag|smid|soc_src|soc_trk|amp|outputtype|_t|_r)$""",
    re.IGNORECASE | re.VERBOSE,
)
_WAY_IN = re.compile(r"^source(?:_\d+)?$", re.IGNORECASE)
"""Which list of the site led to the article; dropped only where the path itself names the article by its number."""
_NUMBERED = re.compile(r"\d{4,}[^/]*$")
_WEIXIN_KEPT = {"__biz", "mid", "idx", "sn"}
"""What names an article of a WeChat public account; everything else on those links is the reader's."""
_PREFIX = re.compile(r"^(?:(?:www|m|mobile|wap|3g|amp|i)\.)+(?=[^.]+\.[^.])")
_AMP_PATH = re.compile(r"^/amp(?=/)|/amp/?$|\.amp(?=$|\.html?$)", re.IGNORECASE)
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sessionid|sid)=[^/;]*", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_AMP_CACHE = re.compile(r"^/[civ]/(?:(?P<tls>s)/)?(?P<rest>.+)$")
_GOOGLE_AMP = re.compile(r"^/amp/(?:(?P<tls>s)/)?(?P<rest>.+)$")
_BREAKS = re.compile(r"[\t\r\n]+")
_SPACE = re.compile(r"\s")
_SLASHES = re.compile(r"/{2,}")
_PLAIN = re.compile(
    r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)((?:/[A-Za-z0-9_-]+)*(?:/[A-Za-z0-9_-]+\.s?html?)?)"
)
"""An address without anything that is looked at below; also the form of most."""
_TELLING = ("/amp", ".amp", "/index.", "/default.")


def canonical_url(url: str) -> str:
    """The comparable form of an address; what is no http(s) address comes back stripped. Idempotent."""
    plain = _PLAIN.fullmatch(url)
    if plain and not any(part in url.lower() for part in _TELLING):
        return f"https://{_PREFIX.sub('', plain[1])}{plain[2]}"
    text = _BREAKS.sub("", url).strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return text
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not parts.hostname or _SPACE.search(parts.hostname):
        return text
    original = _behind_amp(parts) or target_of(parts)
    if original:
        return canonical_url(original)
    host = _PREFIX.sub("", _host(parts.hostname))
    if port not in (None, 80, 443):
        host = f"{host}:{port}"
    path = _path(parts.path)
    return urlunsplit(("https", host, path, _query(host, path, parts.query), _fragment(parts.fragment)))


def _host(name: str) -> str:
    """Lower case, no trailing dot, international names in their ASCII form, brackets around IPv6."""
    name = name.lower().rstrip(".")
    if ":" in name:
        return f"[{name}]"
    try:
        return name.encode("idna").decode("ascii") if not name.isascii() else name
    except UnicodeError:
        return name


def _behind_amp(parts: SplitResult) -> str:
    """The publisher's address behind an AMP cache or Google's AMP viewer, else nothing."""
    host = parts.hostname or ""
    match = None
    if host.endswith(".cdn.ampproject.org"):
        match = _AMP_CACHE.match(parts.path)
    elif host in ("www.google.com", "google.com"):
        match = _GOOGLE_AMP.match(parts.path)
    if not match or "." not in match["rest"].partition("/")[0]:
        return ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{'https' if match['tls'] else 'http'}://{match['rest']}{query}"


def _path(path: str) -> str:
    """Escapes in one spelling; no doubled or trailing slash, no index page, no AMP part."""
    plain = quote(
        unquote(path, errors="surrogateescape"), safe="/:@!$&'()*+,;=~-._", errors="surrogateescape"
    )
    if "%2F" in path.upper():  # an escaped slash is part of a name
        plain = path
    plain = _SESSION.sub("", plain)
    plain = _INDEX.sub("", _AMP_PATH.sub("", _SLASHES.sub("/", plain)))
    return plain.rstrip("/")


def _query(host: str, path: str, query: str) -> str:
    """The identifying parameters, sorted."""
    numbered = _NUMBERED.search(path)
    kept = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=None)
        if not _TRACKING.match(name)
        and not (numbered and _WAY_IN.match(name))
        and (host != "mp.weixin.qq.com" or name in _WEIXIN_KEPT)
    ]
    return urlencode(sorted(kept), errors="surrogateescape")


def _fragment(fragment: str) -> str:
    """Dropped, unless the page is routed by it (#/article/1, #!article)."""
    return fragment if fragment.startswith(("/", "!")) and len(fragment) > 1 else ""
