"""What is said of the dataset that the Prato Aberto harvester fills, when it first makes it.

Editors may change all of it afterwards; what follows from the data is refreshed by ``dataset.py``.
"""

from typing import Any

from ckanext.patiodigital.schemas import vocabularies

METADATA: dict[str, Any] = {
    "name": "cardapios-escolares",
    "title": "Cardápios e escolas da rede municipal",
    "notes": (
        "O que está planejado para cada refeição, dia a dia, nas escolas da rede municipal de ensino: uma linha por "
        "preparação, para cada faixa etária e grupo de cardápio. Traz também as escolas, o grupo de cardápio de cada "
        "uma ao longo do tempo e as refeições que ela serve. Para saber o que uma escola come em um dia, junte as "
        "tabelas pelo código EOL e pelo grupo de cardápio, ou use a consulta de cardápios."
    ),
    "subject": ["alimentacao", "cadastro-escolas"],
    "frequency": "daily",
    "stage": ["creche", "pre-escola", "fundamental-anos-iniciais", "fundamental-anos-finais", "medio", "eja"],
    "network": ["direta", "parceira"],
    "dre": [concept.code for concept in vocabularies.load("dres").concepts],
    "geographic_grain": "school",
    "observation_unit": "meal-day",
    "source_system": "Prato Aberto",
    "personal_data": "none",
    "license_id": "cc-zero",
    "caveats": (
        "É o cardápio planejado, não o servido: pode mudar no dia. Alergênicos não são informados na origem, e nada "
        "se deduz do nome de uma preparação; em caso de alergia, fale com a escola. Cardápios são publicados de uma a "
        "duas semanas antes: dias sem linha podem estar por publicar."
    ),
    "provenance": "Lido da API do Prato Aberto, com as correções descritas na documentação do harvester.",
    "tag_string": "merenda,cardápio,alimentação escolar,escolas",
}
