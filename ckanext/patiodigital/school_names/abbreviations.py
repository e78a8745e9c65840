"""How the department abbreviates words in names, as folded words (lower case, no accents, no full stop)."""

from __future__ import annotations

# fmt: off
EXPANSIONS = {
    "alf": "Alferes", "alm": "Almirante", "assoc": "Associação", "baln": "Balneário", "br": "Barão",
    "brig": "Brigadeiro", "bsa": "Baronesa", "cde": "Conde", "cel": "Coronel", "chac": "Chácara",
    "chb": "Cohab", "cj": "Conjunto", "conj": "Conjunto", "conv": "Conveniado", "cte": "Comandante",
    "dna": "Dona", "dq": "Duque", "fr": "Frei", "gal": "General", "hab": "Habitacional",
    "inst": "Instituto", "jd": "Jardim", "jdm": "Jardim", "jr": "Júnior", "mons": "Monsenhor",
    "mto": "Maestro", "mun": "Municipal", "pq": "Parque", "pqe": "Parque", "pque": "Parque",
    "pres": "Presidente", "princs": "Princesa", "profa": "Professora", "resid": "Residencial",
    "sgt": "Sargento", "sgto": "Sargento", "sobr": "Sobrinho", "sra": "Senhora", "sras": "Senhoras",
    "sta": "Santa", "sto": "Santo", "tte": "Tenente", "vl": "Vila", "vla": "Vila",
}
"""One meaning only, whatever the school: searched for and shown written out."""

DOTTED_EXPANSIONS = {
    "av": "Avenida", "bel": "Bacharel", "cap": "Capitão", "card": "Cardeal", "cid": "Cidade",
    "maj": "Major", "mal": "Marechal", "pe": "Padre", "res": "Residencial", "ten": "Tenente",
}
"""The same, but only with their full stop: without it they are words or names too ("Pé de Moleque")."""

READINGS = {
    "arq": ("arquiteto", "arquiteta"), "cohab": ("conjunto",), "com": ("comendador",),
    "con": ("conego",), "conveniada": ("conveniado",), "creche": ("cei",), "d": ("dom", "dona"),
    "dep": ("deputado", "deputada"), "des": ("desembargador",), "dr": ("doutor", "doutora"),
    "dra": ("doutora",), "emb": ("embaixador",), "eng": ("engenheiro", "engenheira"),
    "gov": ("governador", "governadora"), "imp": ("imperador", "imperatriz"), "inf": ("infantil",),
    "md": ("madre", "madame"), "min": ("ministro", "ministra"), "n": ("nossa",),
    "parceira": ("conveniado",), "parceiro": ("conveniado",), "pref": ("prefeito", "prefeita"),
    "prof": ("professor", "professora"), "profo": ("professor",), "reg": ("regente",),
    "rev": ("reverendo",), "s": ("sao", "santo", "santa"), "sen": ("senador", "senadora"),
    "ver": ("vereador", "vereadora"), "visc": ("visconde",),
}
"""Several meanings, or a gender that the abbreviation hides: found under each, never shown written out."""

NUMBER_WORDS = {
    "primeiro": "1", "primeira": "1", "segundo": "2", "segunda": "2", "terceiro": "3", "terceira": "3",
    "duas": "2", "dois": "2", "tres": "3", "quatro": "4", "cinco": "5", "seis": "6",
    "sete": "7", "oito": "8", "nove": "9", "dez": "10", "onze": "11", "doze": "12", "treze": "13",
    "catorze": "14", "quatorze": "14", "quinze": "15", "dezesseis": "16", "dezessete": "17",
    "dezoito": "18", "dezenove": "19", "vinte": "20", "trinta": "30",
}

SCHOOL_KINDS = frozenset((
    "cci", "cei", "cemei", "ceu", "cieja", "cla", "cli", "cmct", "dre", "emebs", "emef", "emefm", "emei",
    "sme",
))

KIND_PHRASES = {
    "centro de educacao infantil": "cei",
    "centro educacional unificado": "ceu",
    "escola municipal de educacao infantil": "emei",
    "escola municipal de ensino fundamental": "emef",
}
# fmt: on

ABBREVIATED = frozenset([*EXPANSIONS, *DOTTED_EXPANSIONS, *READINGS, *NUMBER_WORDS])
"""Everything that is read as another word."""
