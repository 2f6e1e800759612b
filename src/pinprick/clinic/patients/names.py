"""Folds names so that they are found however they are written: accents, capitals, scripts."""

from __future__ import annotations

import re
import unicodedata

# Letters that decomposition leaves alone, and the two alphabets that names are often written in as well as in Latin.
_LATIN = "ß=ss æ=ae œ=oe ø=o đ=d ð=d þ=th ł=l ı=i ŋ=ng ħ=h ə=e "
_CYRILLIC = (
    "а=a б=b в=v г=g ґ=g д=d е=e є=ie ж=zh з=z и=i і=i к=k л=l м=m н=n "
    "о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e "
    "ю=iu я=ia ђ=d ј=j љ=lj њ=nj ћ=c џ=dz "
)
_GREEK = "α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o "
_TABLE = str.maketrans(dict(pair.split("=") for pair in (_LATIN + _CYRILLIC + _GREEK).split()))
_APOSTROPHES = re.compile(r"[’'ʼ`´]")
# Marks of direction and joining that nobody types when searching, and marks that turn the text around them.
_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# Persian and Indian names are written with these two.
_JOINERS = "\u200c\u200d"
LONGEST_WORD = 60
LONGEST_BEGINNING = 7


def fold(text: str) -> str:
    """Return a text in small plain letters, words parted by one space; other scripts keep their letters."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", _UNSEEN.sub("", text)).casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_TABLE)
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", plain).replace("_", " ")))


def tidy(text: str) -> str:
    """Return a name as it is kept: composed letters, single spaces, no control signs, none that turns its direction."""
    kept = "".join(
        letter for letter in _UNSEEN.sub(lambda found: found[0] if found[0] in _JOINERS else "", text)
        if letter.isspace() or unicodedata.category(letter) != "Cc"
    )  # fmt: skip
    return " ".join(unicodedata.normalize("NFC", kept).split())


def words(*names: str) -> tuple[str, ...]:
    """Return the folded words of names, each once.

    Names of Chinese or Japanese signs are written without spaces, so that each sign counts as a word as well.
    """
    found: dict[str, None] = {}
    for word in fold(" ".join(names)).split():
        found[word[:LONGEST_WORD]] = None
        if len(word) > 1 and all(is_sign(letter) for letter in word):
            found.update(dict.fromkeys(word))
    return tuple(found)


def is_sign(letter: str) -> bool:
    """Whether a letter stands for a word or syllable (Chinese, Japanese, Korean)."""
    return "\u3040" <= letter <= "\u30ff" or "\u3400" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af"


def beginnings(word: str) -> frozenset[str]:
    """Return the beginnings of a word as pieces, each marked so that none is taken for a trigram."""
    return frozenset(f"^{word[:length]}" for length in range(1, min(len(word), LONGEST_BEGINNING) + 1))


def trigrams(word: str) -> frozenset[str]:
    """Return the trigrams of a word with its beginning and end."""
    padded = f"  {word} "
    return frozenset(padded[place : place + 3] for place in range(len(padded) - 2))


def pieces(word: str) -> frozenset[str]:
    """Return everything a word is found by."""
    return beginnings(word) | trigrams(word)


def similarity(a: str, b: str) -> float:
    """Return how alike two words are: 1 for the same, 0 for no trigram in common."""
    left, right = trigrams(a), trigrams(b)
    return len(left & right) / len(left | right) if a and b else 0.0


def alike(a: str, b: str) -> float:
    """Return how alike two names are, word by word in any order, 0 to 1."""
    left, right = fold(a).split(), fold(b).split()
    if not left or not right:
        return 0.0
    fewer, more = sorted((left, right), key=len)
    return sum(max(closeness(word, other) for other in more) for word in fewer) / len(fewer)


def closeness(a: str, b: str) -> float:
    """Return how alike two words are, forgiving one slip in a word of at least four letters."""
    if a == b:
        return 1.0
    slips = distance(a, b, 2)
    longest = max(len(a), len(b))
    if slips <= (1 if longest < 8 else 2) and longest >= 4:
        return 1 - slips / longest
    return similarity(a, b)


def distance(a: str, b: str, most: int) -> int:
    """Return the number of letters missing, added, changed or swapped with a neighbour; `most` + 1 when it is more."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        earlier, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def digits(phone: str) -> str:
    """Return the digits by which a phone number is found: the last nine, whatever the country code."""
    return re.sub(r"\D", "", phone)[-9:]
