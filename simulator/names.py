"""What schools, streets and neighbourhoods are called, with the abbreviations that the department's clerks
use.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split("|"))


class Neighbourhood(NamedTuple):
    """A bairro as written on school records, its centre (degrees, WGS 84) and the region of its kitchen
    group.
    """

    name: str
    lat: float
    lon: float
    region: int


NEIGHBOURHOODS = (
    Neighbourhood("BUTANTÃ", -23.571, -46.708, 1),
    Neighbourhood("JD. BONFIGLIOLI", -23.584, -46.741, 1),
    Neighbourhood("RIO PEQUENO", -23.567, -46.753, 1),
    Neighbourhood("VL. SÔNIA", -23.597, -46.738, 1),
    Neighbourhood("JD. TABOÃO", -23.612, -46.750, 1),
    Neighbourhood("CAMPO LIMPO", -23.646, -46.758, 1),
    Neighbourhood("CAPÃO REDONDO", -23.668, -46.779, 1),
    Neighbourhood("JD. ÂNGELA", -23.700, -46.772, 1),
    Neighbourhood("JD. SÃO LUIZ", -23.660, -46.737, 1),
    Neighbourhood("PQ. DO LAGO", -23.711, -46.774, 1),
    Neighbourhood("STO. AMARO", -23.651, -46.707, 1),
    Neighbourhood("CIDADE ADEMAR", -23.667, -46.657, 1),
    Neighbourhood("AMERICANÓPOLIS", -23.669, -46.654, 1),
    Neighbourhood("GRAJAÚ", -23.757, -46.690, 1),
    Neighbourhood("CIDADE DUTRA", -23.715, -46.699, 1),
    Neighbourhood("PARELHEIROS", -23.827, -46.728, 1),
    Neighbourhood("JARDIM  MARCELO", -23.781, -46.700, 1),
    Neighbourhood("GUAIANASES", -23.543, -46.415, 2),
    Neighbourhood("CIDADE TIRADENTES", -23.588, -46.403, 2),
    Neighbourhood("ITAIM PAULISTA", -23.501, -46.399, 2),
    Neighbourhood("SÃO MIGUEL", -23.499, -46.443, 2),
    Neighbourhood("JD. HELENA", -23.486, -46.420, 2),
    Neighbourhood("VL. CURUÇÁ", -23.511, -46.418, 2),
    Neighbourhood("ITAQUERA", -23.537, -46.456, 2),
    Neighbourhood("CIDADE LÍDER", -23.558, -46.489, 2),
    Neighbourhood("ERMELINO MATARAZZO", -23.489, -46.480, 2),
    Neighbourhood("CJ. HAB. JOSÉ BONIFÁCIO", -23.551, -46.437, 2),
    Neighbourhood("LAJEADO", -23.534, -46.403, 2),
    Neighbourhood("PENHA", -23.525, -46.543, 2),
    Neighbourhood("CANGAÍBA", -23.505, -46.526, 2),
    Neighbourhood("SANTANA", -23.500, -46.627, 3),
    Neighbourhood("TUCURUVI", -23.480, -46.603, 3),
    Neighbourhood("JAÇANÃ", -23.463, -46.573, 3),
    Neighbourhood("VL. MARIA", -23.513, -46.586, 3),
    Neighbourhood("VL. GUILHERME", -23.511, -46.606, 3),
    Neighbourhood("CASA VERDE", -23.505, -46.658, 3),
    Neighbourhood("VL.NOVA CACHOEIRINHA", -23.466, -46.666, 3),
    Neighbourhood("FREGUESIA DO Ó", -23.490, -46.697, 3),
    Neighbourhood("BRASILÂNDIA", -23.462, -46.689, 3),
    Neighbourhood("PIRITUBA", -23.486, -46.737, 3),
    Neighbourhood("JARAGUÁ", -23.455, -46.744, 3),
    Neighbourhood("PERUS", -23.407, -46.754, 3),
    Neighbourhood("ALTO DA LAPA", -23.531, -46.718, 3),
    Neighbourhood("BELA VISTA", -23.559, -46.645, 3),
    Neighbourhood("CANINDÉ", -23.525, -46.620, 3),
    Neighbourhood("IPIRANGA", -23.590, -46.606, 4),
    Neighbourhood("SACOMÃ", -23.628, -46.601, 4),
    Neighbourhood("SÃO JOÃO CLÍMACO", -23.622, -46.589, 4),
    Neighbourhood("VL. PRUDENTE", -23.584, -46.581, 4),
    Neighbourhood("SAPOPEMBA", -23.606, -46.512, 4),
    Neighbourhood("SÃO MATEUS", -23.612, -46.478, 4),
    Neighbourhood("JD. IGUATEMI", -23.604, -46.439, 4),
    Neighbourhood("SÃO RAFAEL", -23.628, -46.456, 4),
    Neighbourhood("VL. FORMOSA", -23.568, -46.548, 4),
    Neighbourhood("MOOCA", -23.558, -46.597, 4),
    Neighbourhood("TATUAPÉ", -23.540, -46.576, 4),
    Neighbourhood("VL. MARIANA", -23.588, -46.634, 4),
    Neighbourhood("PQ. BRISTOL", -23.649, -46.610, 4),
)

MEN = _words("""
    ANTONIO ANTÔNIO JOSÉ JOÃO FRANCISCO CARLOS PAULO PEDRO LUIZ LUÍS MARCOS RAIMUNDO SEBASTIÃO GERALDO MÁRIO
    FERNANDO JORGE ROBERTO SÉRGIO CÉSAR CLÁUDIO ALCIDES OSVALDO HERMÍNIO BENEDITO AUGUSTO LAÉRCIO NELSON
    WALDEMAR VICENTE ARLINDO DÉCIO RUBENS EURÍPEDES JÚLIO
""")
WOMEN = _words("""
    MARIA ANA ANTONIA LÚCIA HELENA REGINA CÉLIA NEUSA IRENE DULCE APARECIDA TEREZINHA ELZA CONCEIÇÃO YOLANDA
    ESTHER ZÉLIA LEONOR VERA MARTA CECÍLIA INÊS OLGA ODETE ISABEL LAURA NAIR CLARICE JUDITH ÂNGELA ROSA
    MARINA SÍLVIA CAROLINA
""")
SURNAMES = _words("""
    SILVA SOUZA SANTOS OLIVEIRA PEREIRA LIMA FERREIRA COSTA RODRIGUES ALMEIDA NASCIMENTO ARAÚJO MELO BARBOSA
    RIBEIRO CARDOSO TEIXEIRA MOREIRA CORREA CORRÊA GONÇALVES ANDRADE PACHECO MESQUITA CAVALCANTI BUARQUE
    MAGALHÃES GUIMARÃES SAMPAIO QUEIROZ TOLEDO BRANDÃO VIEIRA FALCÃO BITTENCOURT PRADO LEITE CAMARGO BUENO
    PENTEADO ASSUMPÇÃO FREITAS NOGUEIRA DRUMMOND SIMÕES LOURENÇO
""")
MEN_TITLES = _words("PROF. PROF. DR. PE. VER. GAL. CEL. ALM. SEN. MAL. BRIG. DES. DEP.")
WOMEN_TITLES = _words("PROFA. PROFA. PROFª DNA. DRA. IRMÃ MD.")
PLACES = _phrases("""
    JD. DAS FLORES|JD. PRIMAVERA|JD. SÃO CARLOS|JD. DAS CAMÉLIAS|JD. MONTE AZUL|JD. ELIANE|JD. SANTO ANDRÉ
    |VL. STA. TEREZINHA|VL. ROBERTINA|VL. CALU|VL. PROGRESSO|VL. NOVA YORK|PQ. SAVOY CITY|PQ. BOLOGNE
    |PQ. STO. ANTONIO|CID. A. E. CARVALHO|CID. PEDRO JOSÉ NUNES|CHÁC. SONHO AZUL|CHÁC. STA. MARIA
    |CJ. HAB. TEXIMA|RECANTO DOS HUMILDES|ALDEIA DO SOL|MORRO GRANDE|NINHO ALEGRE
""")
HOPES = _phrases("""
    CANTINHO FELIZ|PEQUENO PRÍNCIPE|PRIMEIROS PASSOS|SAGRADA FAMÍLIA|ESTRELA DA MANHÃ|PINGO DE GENTE
    |BEM ME QUER|GIRASSOL|ACONCHEGO|MUNDO ENCANTADO|N. SRA. APARECIDA|N. SRA. DE FÁTIMA|STO. ANTONIO
    |STA. TEREZINHA|SANT'ANA|SÃO FRANCISCO DE ASSIS|CRIANÇA FELIZ|NOVA GERAÇÃO|MARANATA|CORA CORALINA
    |PEQUENO ANJO|UNIVERSO DA CRIANÇA
""")
"""Names that many day nurseries share: drawing from them is what makes the duplicates."""
KINDS_OF_NURSERY = _phrases("""
    ESPAÇO|CANTINHO|NÚCLEO|LAR|CASA|INSTITUTO|CRECHE|SEMENTES DE|AMIGOS DE|CAMINHO DE|RECANTO|ALDEIA
    |OBRA SOCIAL
""")
NURSERY_WORDS = _phrases("""
    ESPERANÇA|LUZ|ALEGRIA|TERNURA|SABEDORIA|FLORES|AMOR|PAZ|ARCO-ÍRIS|INFÂNCIA|PASSARINHOS|BRINCAR|FUTURO
    |SORRISO|APRENDIZ|SÃO JUDAS TADEU|DOM BOSCO|STA. RITA|BOM JESUS|MENINO DEUS
""")
CEUS = _phrases("""
    ARICANDUVA|BUTANTÃ|CIDADE DUTRA|PÊRA MARMELO|SÃO RAFAEL|TRÊS LAGOS|VILA ATLÂNTICA|JAMBEIRO|ALVARENGA
    |CASA BLANCA|PAZ|ROSA DA CHINA|MENINOS|NAVEGANTES|VEREDAS
""")
NUMERALS = ("I", "II", "III", "IV", "V")
STREETS = ("R.", "R.", "R.", "RUA", "RUA", "AV.", "AVENIDA", "TRAV.", "ESTR.", "AL.", "PÇA.", "R-")
SUFFIXES = {
    "TERCEIRIZADA": (" - (TERCEI.)", " - (TERCEI.)", " - (TERCEI.)", " (TERC)", "(TERC.)", "  - (TERCEI.)"),
    "MISTA": (" - (MIST)", " (MIST)", "  - (MIST)"),
    "DIRETA": ("",),
}
"""How the management stands at the end of a school's name."""


def person(rng: Random) -> str:
    """A patron: title, one or two given names, two or three surnames; seldom with the title at the end."""
    given_names, titles = rng.choice(((MEN, MEN_TITLES), (WOMEN, WOMEN_TITLES)))
    given = rng.sample(given_names, rng.choice((1, 1, 2)))
    surnames = rng.sample(SURNAMES, rng.choice((2, 2, 3)))
    joined = f"{' '.join(given)} {rng.choice(('', '', 'DE ', 'DOS '))}{' '.join(surnames)}"
    title = rng.choice(titles)
    return f"{joined}, {title}" if rng.random() < 0.03 else f"{title} {joined}"


def nursery(rng: Random) -> str:
    """A partner day nursery: often a name that others bear too, else a made one, at times numbered."""
    if rng.random() < 0.02:
        return rng.choice(HOPES)
    founder = f"{rng.choice(WOMEN + MEN)} {rng.choice(SURNAMES)}"
    name = f"{rng.choice(KINDS_OF_NURSERY)} {rng.choice((*NURSERY_WORDS, founder))} {rng.choice(SURNAMES)}"
    return f"{name} {rng.choice(NUMERALS)}" if rng.random() < 0.5 else name


def place(rng: Random) -> str:
    """A school named after where it stands."""
    return f"{rng.choice(PLACES)} - {rng.choice(SURNAMES)} {rng.choice(NUMERALS)}"


def street(rng: Random) -> str:
    """An address line: kind of street, name, number or the sign for none."""
    number = rng.choice(("S/N", "SN")) if rng.random() < 0.08 else str(rng.randint(1, 6000))
    gap = "  " if rng.random() < 0.02 else " "
    return f"{rng.choice(STREETS)}{gap}{rng.choice(MEN + WOMEN)} {rng.choice(SURNAMES)}, {number}"
