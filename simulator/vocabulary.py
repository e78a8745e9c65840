"""The department's codes and the labels that families see, as Prato Aberto's de_para.json has them.

Several codes share a label (bug B4): translating them drops all but one.
"""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]
"""One MongoDB document, with the department's own field names."""

FIRST_DAY = "20171218"
"""Where the department's records begin: the day its contract history was made."""

MEALS = {
    "D - DESJEJUM": "Desjejum",
    "C - COLACAO": "Colação",
    "A - ALMOCO": "Almoço",
    "L - LANCHE": "Lanche",
    "J - JANTAR": "Refeição da Tarde",
    "L4 - LANCHE 4 HORAS": "Lanche - Permanência de 4 ou 8 horas",
    "L5 - LANCHE 5 HORAS": "Lanche - Permanência de 5 ou 6 horas",
    "L5 - LANCHE 5 OU 6 HORAS": "Lanche - Permanência de 5 ou 6 horas",
    "LPI - LANCHE PERIODO INTEG": "Lanche Período Integral",
    "R1 - REFEICAO 1": "Refeição",
    "MS - MERENDA SECA": "Merenda Seca",
    "MI - MERENDA INICIAL": "Merenda Inicial",
    "RP - REFEIÇÃO PROFESSOR": "Refeição - Professor",
    "FPJ - FILHOS PRO JOVEM": "Pro Jovem (filhos)",
    "AP - ALMOÇO PROFESSOR": "Almoço - Professor",
    "JP - JANTAR PROFESSOR": "Jantar - Professor",
    "AA - ALMOCO ADULTO": "Refeição",
    "R2 - REFEICAO 2": "Refeição 2",
    "SR - SEM REFEICAO": "Sem Refeição",
    "MES - MERENDA ESPEC SECA": "Merenda Especial Seca",
    "HE - HORARIO ESTENDIDO": "Horário estendido",
    "LP - LANCHE PASSEIO": "Lanche passeio",
    "L - LANCHE CEMEI": "Lanche CEMEI",
    "R - REFEICAO CEMEI": "Refeição CEMEI",
    "L4 - ESCOLA ABERTA": "Lanche 4h - Escola Aberta",
    "L5 - ESCOLA ABERTA": "Lanche 5h - Escola Aberta",
    "R - ESCOLA ABERTA": "Refeição - Escola Aberta",
    "R - REFEICAO": "Refeição",
}
MEAL_LABEL_ORDER = (
    "Desjejum",
    "Colação",
    "Almoço",
    "Lanche",
    "Refeição da Tarde",
    "Lanche - Permanência de 5 ou 6 horas",
    "Refeição",
    "Lanche - Permanência de 4 ou 8 horas",
    "Lanche Período Integral",
    "Merenda Seca",
    "Merenda Especial Seca",
    "Merenda Inicial",
    "Refeição - Professor",
    "Pro Jovem (filhos)",
    "Almoço - Professor",
    "Jantar - Professor",
    "Refeição 2",
    "Refeição CEMEI",
    "Lanche CEMEI",
    "Sem Refeição",
    "Horário estendido",
    "Lanche passeio",
    "Lanche 5h - Escola Aberta",
    "Refeição - Escola Aberta",
    "Lanche 4h - Escola Aberta",
)
AGES = {
    "A - 0 A 1 MES": "0 a 1 mês",
    "B - 1 A 3 MESES": "1 a 3 meses",
    "C - 4 A 5 MESES": "4 a 5 meses",
    "D - 0 A 5 MESES": "0 a 5 meses",
    "D - 6 A 7 MESES": "6 a 7 meses",
    "D - 6 MESES": "6 meses",
    "D - 7 MESES": "7 meses",
    "E - 7 A 11 MESES": "7 a 11 meses",
    "E - 8 A 11 MESES": "8 a 11 meses",
    "X - 1A -1A E 11MES": "1 ano",
    "F - 1 A 3 ANOS": "1 a 3 anos",
    "F - 2 A 3 ANOS": "2 a 3 anos",
    "G - 4 A 6 ANOS": "4 a 6 anos",
    "I - 2 A 6 ANOS": "2 a 6 anos",
    "W - EMEI DA CEMEI": "EMEI da CEMEI",
    "N - 6 A 7 MESES PARCIAL": "6 a 7 meses - parcial",
    "O - 8 A 11 MESES PARCIAL": "8 a 11 meses  - parcial",
    "Y - 1A -1A E 11MES PARCIAL": "1 ano - parcial",
    "P - 2 A 3 ANOS PARCIAL": "2 a 3 anos - parcial",
    "Q - 4 A 6 ANOS PARCIAL": "4 a 6 anos - parcial",
    "H - ADULTO": "Toda Idade",
    "Z - UNIDADES SEM FAIXA": "Todas as idades",
    "S - FILHOS PRO JOVEM": "Pro Jovem (filhos)",
    "V - PROFESSOR": "Professor ",
    "U - PROFESSOR JANTAR CEI": "Professor (jantar)",
    "T - TURMAS DO INFANTIL": "Turmas do infantil",
}
"""In the order in which the public route answers them; the blanks in two labels are the department's."""

AGE_CODES = {label: code for code, label in AGES.items()}

OUTSOURCED = "TERCEIRIZADA"
"""The management whose kitchens a firm runs and supplies."""

FALLBACK_MANAGEMENT, FALLBACK_GROUPING = OUTSOURCED, "EDITAL 78/2016"
"""What the public route takes for a school without a contract on the day (B7)."""

SPECIAL_UNIT = "UE"
"""`tipo_atendimento` and `agrupamento` of a special unit's menus."""
