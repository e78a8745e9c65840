"""What is cooked: dishes by course, in the spellings of the two kinds of kitchen, with their ingredients.

Direct and mixed kitchens write capitals, often without accents, and keep the ingredients that were imported;
outsourced ones write sentences and keep none. A dish stands in a course under more than one spelling on
purpose.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple


class Dish(NamedTuple):
    """A dish as written on a menu, and the list it was imported with."""

    name: str
    ingredients: tuple[str, ...]


FAMILY_FARMING = " - AF"

_COURSES = {
    "milk": """
        Leite com achocolatado: LEITE EM PO, ACHOCOLATADO
        Composto lácteo com café: COMPOSTO LACTEO COM CAFE
        Composto lácteo sabor chocolate: COMPOSTO LACTEO SABOR CHOCOLATE
        Leite com banana: LEITE EM PO, BANANA NANICA UN
        Vitamina de mamão: LEITE EM PO, MAMAO FORMOSA
        Iogurte com polpa de morango*: IOGURTE COM POLPA DE MORANGO SC - AF
        Leite batido com maçã: LEITE EM PO, MACA UN
        Bebida láctea sabor chocolate: BEBIDA LACTEA UHT SABOR CHOCOLATE UN
    """,
    "bread": """
        Pão tipo bisnaguinha com margarina: PAO TIPO BISNAGUINHA, MARGARINA PERECIVEL
        Pão de forma integral com requeijão*: PAO DE FORMA INTEGRAL 2,5, REQUEIJAO CREMOSO - AF
        Biscoito salgado integral: BISCOITO SALGADO INTEGRAL
        Biscoito doce tipo maisena: BISCOITO DOCE TIPO MAISENA
        Pão hot dog com geleia de morango: PAO HOT DOG 1, GELEIA DE MORANGO
        Flocos de milho: FLOCOS DE MILHO
        Rosquinha de leite: ROSQUINHA DE LEITE
        Biscoito cream cracker: BISCOITO SALGADO TIPO CREAM CRACKER
        Pão francês com ovo mexido: PAO HOT DOG 2, OVO UN, SAL
        Bolo simples de cenoura: CENOURA, FARINHA DE TRIGO, OVO UN, ACUCAR
    """,
    "fruit": """
        Maçã: MACA UN
        Banana nanica: BANANA NANICA UN
        Banana prata orgânica*: BANANA PRATA ORGANICA AF UN
        Mamão formosa: MAMAO FORMOSA
        Melancia: MELANCIA
        Laranja pera: LARANJA PERA UN
        Pera: PERA UN
        Melão: MELAO
        Abacaxi: ABACAXI
        Tangerina*: TANGERINA UN
        Manga: MANGA
        Salada de frutas: MACA UN, BANANA NANICA UN, MAMAO FORMOSA, LARANJA PERA UN
    """,
    "rice": """
        Arroz: ARROZ, ALHO, CEBOLA, OLEO DE SOJA, SAL
        Arroz orgânico*: ARROZ TIPO 1 ORGANICO, ALHO, CEBOLA, OLEO DE SOJA, SAL
        Arroz parboilizado: ARROZ PARBOILIZADO, ALHO, CEBOLA, OLEO DE SOJA, SAL
        Arroz com cenoura: ARROZ, CENOURA, ALHO, CEBOLA, OLEO DE SOJA, SAL
        Macarrão ao sugo: MACARRAO CURTO SEM OVOS, TOMATE, EXTRATO DE TOMATE BAG 2,0, CEBOLA, ALHO, SAL
        Arroz colorido: ARROZ, ABOBRINHA, CENOURA, MILHO VERDE, SAL
    """,
    "beans": """
        Feijão: FEIJAO, ALHO, CEBOLA, OLEO DE SOJA, SAL
        Feijão preto: FEIJAO PRETO, ALHO, CEBOLA, OLEO DE SOJA, SAL
        Feijão carioca com abóbora: FEIJAO, ABOBORA, ALHO, CEBOLA, SAL
        Lentilha: LENTILHA, ALHO, CEBOLA, SAL
        Feijão com couve: FEIJAO, COUVE MANTEIGA, ALHO, SAL
    """,
    "main": """
        Frango ensopado: FRANGO SEM OSSO, TOMATE, CEBOLA, ALHO, SALSA, SAL
        Carne moída com batata: COXAO DURO, BATATA COMUM, CEBOLA, ALHO, SALSA, SAL
        Carne de panela: COXAO DURO, EXTRATO DE TOMATE BAG 2,0, CEBOLA, ALHO, SAL
        Filé de polaca assado: FILE DE POLACA, LIMAO, TOMATE, CEBOLINHA, SAL
        Ovo mexido: OVO UN, OLEO DE SOJA, SAL
        Omelete de forno: OVO UN, TOMATE, CEBOLA, SALSA, SAL
        Iscas de carne aceboladas: CARNE BOVINA EM ISCAS IQF, CEBOLA, ALHO, SAL
        Carne suína em cubos: CARNE SUINA, LIMAO, ALHO, SAL
        Sardinha ao molho: SARDINHA EM LATA, TOMATE, CEBOLA, SALSA
        Frango desfiado com cenoura: FRANGO SEM OSSO, CENOURA, CEBOLA, SAL
        Escondidinho de mandioca com carne: MANDIOCA, COXAO DURO, CEBOLA, ALHO, SAL
        Proteína de soja ao molho: PROTEINA TEXTURIZADA DE SOJA, TOMATE, CEBOLA, ALHO, SAL
    """,
    "side": """
        Abobrinha refogada: ABOBRINHA, ALHO, CEBOLA, SAL
        Purê de batata: BATATA COMUM, LEITE EM PO, SAL
        Chuchu refogado: CHUCHU, ALHO, CEBOLA, SAL
        Batata doce assada*: BATATA DOCE, SAL
        Abóbora refogada: ABOBORA, ALHO, SALSA, SAL
        Couve refogada: COUVE MANTEIGA, ALHO, SAL
        Repolho refogado: REPOLHO, CEBOLA, SAL
        Berinjela ao forno: BERINJELA, TOMATE, CEBOLA, SAL
        Farofa de cenoura: FARINHA DE MANDIOCA, CENOURA, CEBOLA, SAL
        Cará cozido: CARA, SAL
        Escarola refogada: ESCAROLA, ALHO, SAL
    """,
    "salad": """
        Salada de alface*: ALFACE, LIMAO, SAL
        Salada de tomate: TOMATE, LIMAO, SAL
        Salada de beterraba: BETERRABA, LIMAO, SAL
        Salada de acelga: ACELGA, LIMAO, SAL
        Salada de pepino: PEPINO, LIMAO, SAL
        Salada de cenoura ralada: CENOURA, LIMAO, SAL
        Salada de repolho com abacaxi: REPOLHO, ABACAXI, SAL
    """,
    "soup": """
        Sopa de legumes com carne: COXAO DURO, BATATA COMUM, CENOURA, CHUCHU, MACARRAO MASSINHA, SAL
        Canja de galinha: FRANGO SEM OSSO, ARROZ, CENOURA, SALSA, SAL
        Sopa de feijão com macarrão: FEIJAO, MACARRAO MASSINHA, CEBOLA, SAL
        Caldo verde: BATATA COMUM, COUVE MANTEIGA, CEBOLA, SAL
        Polenta com frango desfiado: FUBA, FRANGO SEM OSSO, TOMATE, SAL
        Macarronada com carne: MACARRAO CURTO INTEGRAL SEM OVOS, COXAO DURO, TOMATE, SAL
    """,
    "juice": """
        Suco de uva integral*: SUCO DE UVA INTEGRAL - AF UN
        Suco de laranja natural: SUCO DE LARANJA NATURAL CONGELADO UN
        Suco de maracujá: POLPA DE MARACUJA, ACUCAR
        Água saborizada com limão: LIMAO
        Suco de abacaxi com hortelã: ABACAXI, HORTELA
    """,
    "snack": """
        Barra de cereais: BARRA DE CEREAIS UN
        Biscoito integral de cacau: BISCOITO INTEGRAL DE CACAU
        Bolinho de baunilha: BOLINHO INDIVIDUAL UN
        Mix de frutas secas: MIX DE FRUTAS SECAS
    """,
    "formula": """
        Leite materno ou fórmula láctea infantil (1º semestre): FORMULA INFANTIL 0 A 6 MESES - LT 800G
        Fórmula láctea infantil 0 a 6 meses: FORMULA LACTEA INFANTIL 0 A 6 MESES
    """,
    "follow_on": """
        Leite materno ou fórmula láctea infantil (2º semestre): FORMULA INFANTIL A PARTIR 6 M- LT 800G
        Fórmula láctea a partir do 6º mês: FORMULA LACTEA INFANTIL A PARTIR DO 6º M
    """,
    "fruit_puree": """
        Maçã raspada: MACA UN
        Banana amassada: BANANA NANICA UN
        Mamão amassado: MAMAO FORMOSA
        Pera amassada: PERA UN
        Abacate amassado: ABACATE
    """,
    "meal_puree": """
        Papa de batata, cenoura e frango: BATATA COMUM, CENOURA, FRANGO SEM OSSO, CEBOLA, SALSA
        Papa de abóbora, arroz e carne: ABOBORA, ARROZ, COXAO DURO, CEBOLA, CEBOLINHA
        Papa de mandioquinha, feijão e ovo: MANDIOQUINHA, FEIJAO, OVO UN, SALSA
        Papa de macarrão com legumes: MACARRAO MASSINHA, ABOBRINHA, TOMATE, CEBOLA
    """,
    "vegetable_puree": """
        Purê de chuchu: CHUCHU, CEBOLA
        Purê de batata doce*: BATATA DOCE
        Abobrinha amassada: ABOBRINHA, SALSA
        Beterraba amassada: BETERRABA
    """,
}

_BABY = {
    "D - DESJEJUM": ("formula",),
    "A - ALMOCO": ("formula",),
    "L - LANCHE": ("formula",),
    "J - JANTAR": ("formula",),
}
_WEANING = {
    "D - DESJEJUM": ("follow_on",),
    "C - COLACAO": ("fruit_puree",),
    "A - ALMOCO": ("meal_puree", "vegetable_puree", "fruit_puree"),
    "L - LANCHE": ("follow_on",),
    "J - JANTAR": ("meal_puree", "fruit_puree"),
}
_LUNCH = ("rice", "beans", "main", "side", "salad", "fruit", "juice")
_SNACK = ("milk", "bread", "fruit")
_CHILD = {
    "D - DESJEJUM": _SNACK,
    "C - COLACAO": ("fruit",),
    "A - ALMOCO": _LUNCH,
    "L - LANCHE": _SNACK,
    "J - JANTAR": ("rice", "beans", "main", "side", "salad", "fruit", "juice"),
    "L4 - LANCHE 4 HORAS": _SNACK,
    "L5 - LANCHE 5 HORAS": ("milk", "bread", "fruit", "snack"),
    "L5 - LANCHE 5 OU 6 HORAS": ("milk", "bread", "fruit", "snack"),
    "MS - MERENDA SECA": ("milk", "snack", "fruit"),
    "MI - MERENDA INICIAL": ("milk", "bread"),
    "LP - LANCHE PASSEIO": ("juice", "bread", "snack"),
}
_WHOLE_MEAL = (*_LUNCH, "soup")

BABY_AGES = frozenset({"A - 0 A 1 MES", "B - 1 A 3 MESES", "C - 4 A 5 MESES", "D - 0 A 5 MESES"})
WEANING_AGES = frozenset({"D - 6 A 7 MESES", "D - 6 MESES", "D - 7 MESES", "N - 6 A 7 MESES PARCIAL"})


def courses(age: str, meal: str) -> tuple[str, ...]:
    """The courses of a meal, in serving order. A meal that no table names is a whole meal."""
    table = _BABY if age in BABY_AGES else _WEANING if age in WEANING_AGES else _CHILD
    return table.get(meal, _WHOLE_MEAL)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()


def _capitals(name: str, position: int) -> str:
    return _plain(name).upper() if position % 3 else name.upper()


def _catalogue(lines: str, *, outsourced: bool) -> tuple[Dish, ...]:
    found = []
    for position, line in enumerate(lines.strip().splitlines()):
        name, _, listed = line.strip().partition(": ")
        ingredients = () if outsourced else tuple(listed.split(", "))
        farming = FAMILY_FARMING if name.endswith("*") else ""
        plain = name.rstrip("*")
        spellings = [plain] if outsourced else [_capitals(plain, position)]
        if position % 4 == 0:
            spellings.append(plain.upper() if outsourced else _plain(plain))
        found += [Dish(spelling + farming, ingredients) for spelling in spellings]
    return tuple(found)


CATALOGUE = {
    outsourced: {course: _catalogue(lines, outsourced=outsourced) for course, lines in _COURSES.items()}
    for outsourced in (False, True)
}
"""Dishes by kind of kitchen (True = outsourced) and course."""
