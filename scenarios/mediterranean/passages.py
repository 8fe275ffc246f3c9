"""Prices, deaths, interceptions and seats of passages as literals; read by make_tables alone."""

from dataclasses import dataclass

EUR_PER_USD = 0.9
"""Assumption: one rate for all prices, the mean of 2015 (European Central Bank, about 0.90)."""

CONVERTED = f"at {EUR_PER_USD} EUR per USD (assumption)"


@dataclass(frozen=True)
class Fact:
    """A value, its plausible range, and where it is from."""

    value: float
    low: float
    high: float
    source: str
    as_of: str = "2015-12-31"


def guess(value: float, low: float, high: float, why: str) -> Fact:
    """Return a fact that is an assumption."""
    return Fact(value, low, high, f"assumption: {why}")


def usd(value: float, low: float, high: float, source: str) -> Fact:
    """Return a price in euros that is published in dollars."""
    return Fact(value * EUR_PER_USD, low * EUR_PER_USD, high * EUR_PER_USD, f"{source}, {CONVERTED}")


CORRIDOR_FACTS: dict[tuple[str, str], dict[str, Fact]] = {
    ("central_mediterranean", "sea"): {
        "price": guess(1000, 500, 2000, "sea leg alone; the whole way from the Horn is about 4,000 USD (UNODC 2018)"),
        "death": Fact(0.019, 0.015, 0.03, "IOM Missing Migrants Project and UNHCR sea arrivals, 2014-2015"),
        "interception": guess(0.05, 0.0, 0.1, "few boats were turned back before 2016 outside of 2009-2010"),
    },
    ("eastern_mediterranean", "sea"): {
        "price": usd(1200, 1000, 8000, "UNODC 2018, Global Study on Smuggling of Migrants"),
        "death": Fact(0.0015, 0.0009, 0.0042, "IOM Missing Migrants Project and UNHCR sea arrivals, 2014-2015"),
        "interception": guess(0.1, 0.02, 0.3, "Turkish and Greek coast guards stop a tenth"),
    },
    ("eastern_mediterranean", "foot"): {
        "price": guess(600, 300, 2000, "half of the sea price of the same route"),
        "death": guess(0.0005, 0.0001, 0.002, "drowning in the Evros, a third of the sea risk"),
        "interception": guess(0.1, 0.05, 0.4, "an unfenced land border before 2012"),
    },
    ("western_mediterranean", "sea"): {
        "price": guess(1000, 500, 3000, "like the Central Mediterranean sea leg"),
        "death": Fact(0.008, 0.005, 0.012, "IOM Missing Migrants Project and UNHCR sea arrivals, 2014-2015"),
        "interception": guess(0.5, 0.3, 0.8, "Spanish-Moroccan cooperation in force in 2009"),
    },
    ("western_mediterranean", "foot"): {
        "price": guess(300, 0, 2000, "most climb the fence without help"),
        "death": guess(0.0005, 0.0001, 0.002, "falls and violence at the fences"),
        "interception": guess(0.8, 0.5, 0.95, "fences raised in 2005, Spanish-Moroccan cooperation in force in 2009"),
    },
    ("western_africa", "sea"): {
        "price": guess(800, 400, 1500, "open boats to the Canary Islands"),
        "death": guess(0.03, 0.01, 0.06, "longer at sea than the Central Mediterranean, no count before 2014"),
        "interception": guess(0.7, 0.4, 0.9, "Spanish cooperation with Senegal and Mauritania in force in 2009"),
    },
    ("western_balkans", "foot"): {
        "price": guess(700, 200, 2000, "one border of several paid for together"),
        "death": guess(0.0002, 0.0, 0.001, "suffocation and traffic, rare per attempt"),
        "interception": guess(0.2, 0.1, 0.5, "an unfenced green border before autumn 2015"),
    },
}
"""Facts of every edge of a route and mode."""

SEAT_SHARES = {
    "Zuwara>Lampedusa:sea": 4.0,
    "Tripoli>Lampedusa:sea": 4.0,
    "Zuwara>Valletta:sea": 2.0,
    "Sfax>Lampedusa:sea": 2.0,
    "Zarzis>Lampedusa:sea": 2.0,
    "Izmir>Samos:sea": 2.0,
    "Ayvalik>Lesbos:sea": 3.0,
    "Izmir>Lesbos:sea": 2.0,
    "Bodrum>Kos:sea": 2.0,
    "Edirne>Orestiada:foot": 10.0,
    "Subotica>Roszke:foot": 5.0,
    "Oran>Almeria:sea": 2.0,
    "Nouadhibou>Las Palmas:sea": 3.0,
    "Laayoune>Las Palmas:sea": 3.0,
}
"""Assumption: how the seats of a route and mode divide over its edges; an edge not named has one share."""

PEAK = 2.0
"""Assumption: seats in early 2009 are twice the mean day's detections of that year, as a peak is to a mean month."""

SAHARA_WHY = "deaths in the desert are hardly counted; a fifth of the Central Mediterranean risk"
SAHARA = {
    "death": guess(0.004, 0.001, 0.02, SAHARA_WHY),
    "interception": guess(0.05, 0.0, 0.2, "few patrols before 2016"),
}
HORN = "part of about 4,000 USD from the Horn to Libya (UNODC 2018)"


def desert(price: float, why: str) -> dict[str, Fact]:
    """Return the facts of a passage through the Sahara."""
    return {"price": guess(price, round(price / 2), price * 2, why), **SAHARA}


def land(price: float, death: float, interception: float, why: str) -> dict[str, Fact]:
    """Return the facts of a smuggled land border."""
    return {
        "price": guess(price, round(price / 3), price * 3, why),
        "death": guess(death, death / 3, death * 3, why),
        "interception": guess(interception, interception / 2, min(1.0, interception * 2), why),
    }


WEST = "a seat on a lorry through the Sahara"
IRAN_TURKEY = "smuggled over the mountains between Iran and Turkey, border guards shoot"
BALKAN = "a green border of the Balkans walked at night"
LEG = (
    BALKAN
    + "; about EUR 2,000 in all from Greece to Budapest before people were let through (Irish Times, September 2015)"
)
PUSHED = (
    LEG
    + "; before, people were pushed back or held at every border, many several times (Amnesty International, July 2015)"
)
YACHT = "yachts and old freighters past Greece, several times the price of the short crossing (press of 2013 to 2015)"
ADRIATIC = "yachts and lorries past Greece to Apulia; those found in Adriatic ports are handed back to Greece"
EGYPT = {
    "price": usd(
        2500, 1500, 3500, "assumption: a week or more at sea, changing boats (press and interviews of 2013 to 2015)"
    ),
    "death": CORRIDOR_FACTS["central_mediterranean", "sea"]["death"],
    "interception": guess(
        0.2, 0.1, 0.5, "Egypt held over 1,500 from Syria who tried in 2013 (Human Rights Watch, November 2013)"
    ),
}
FERRY = (
    "hidden in lorries on ferries that are searched in both ports, returned to Greece when found; people tell of "
    "months of attempts (Human Rights Watch, Turned Away, January 2013)"
)
DANUBE = "past Romania, outside the area without border checks: every lorry is looked at on the Danube and at Hungary's border"
EAST = "Ukraine's green border with the EU, well guarded, readmission since 2010"
ADEN = usd(300, 100, 1540, "RMMS 2017, Ethiopia or Somalia to Yemen")
ADEN_FACTS = {
    "price": ADEN,
    "death": guess(0.005, 0.001, 0.02, "between the Eastern and the Central Mediterranean risk"),
    "interception": guess(0.05, 0.0, 0.2, "few patrols"),
}

EDGE_FACTS: dict[str, dict[str, Fact]] = {
    "Agadez>Sabha:road": desert(500, WEST),
    "Dirkou>Sabha:road": desert(400, WEST),
    "N'Djamena>Sabha:road": desert(600, WEST),
    "Faya>Sabha:road": desert(500, WEST),
    "Faya>Kufra:road": desert(500, WEST),
    "Kidal>Tamanrasset:road": desert(300, WEST),
    "Gao>Tamanrasset:road": desert(300, WEST),
    "Arlit>Tamanrasset:road": desert(200, WEST),
    "Arlit>In Guezzam:road": desert(150, WEST),
    "Tamanrasset>Sabha:road": desert(400, WEST),
    "Tamanrasset>Tripoli:road": desert(500, WEST),
    "Khartoum>Kufra:road": desert(1500, HORN),
    "Dongola>Kufra:road": desert(1200, HORN),
    "El Fasher>Kufra:road": desert(800, HORN),
    "Barentu>Kassala:foot": land(800, 0.002, 0.2, "leaving Eritrea without an exit visa, guards shoot; " + HORN),
    "Barentu>Shagarab:foot": land(800, 0.002, 0.2, "leaving Eritrea without an exit visa, guards shoot; " + HORN),
    "Keren>Shagarab:foot": land(800, 0.002, 0.2, "leaving Eritrea without an exit visa, guards shoot; " + HORN),
    "Barentu>Shire:foot": land(300, 0.002, 0.2, "leaving Eritrea without an exit visa, guards shoot"),
    "Asmara>Shire:foot": land(400, 0.002, 0.2, "leaving Eritrea without an exit visa, guards shoot"),
    "Asmara>Mekele:foot": land(400, 0.002, 0.2, "leaving Eritrea without an exit visa, guards shoot"),
    "Shire>Kassala:road": land(600, 0.0005, 0.05, HORN),
    "Addis Ababa>Kassala:road": land(500, 0.0005, 0.05, HORN),
    "Addis Ababa>Khartoum:road": land(500, 0.0005, 0.05, HORN),
    "Bosaso>Aden:sea": ADEN_FACTS,
    "Hargeisa>Kharaz:sea": ADEN_FACTS,
    "Urmia>Van:foot": land(400, 0.001, 0.2, IRAN_TURKEY),
    "Tabriz>Van:foot": land(450, 0.001, 0.2, IRAN_TURKEY),
    "Quetta>Zahedan:road": land(400, 0.0005, 0.2, "smuggled through Baluchistan"),
    "Karachi>Zahedan:road": land(500, 0.0005, 0.2, "smuggled through Baluchistan"),
    "Kandahar>Zahedan:road": land(400, 0.0005, 0.2, "smuggled through Nimroz"),
    "Herat>Mashhad:road": land(300, 0.0002, 0.2, "smuggled past Islam Qala"),
    "Dhaka>Lahore:road": land(500, 0.0002, 0.1, "overland across India, which is not on the map"),
    "Cairo>Benghazi:road": land(200, 0.0002, 0.05, "by road past Salloum"),
    "Annaba>Tunis:road": land(100, 0.0001, 0.02, "by road"),
    "Maghnia>Oujda:foot": land(200, 0.0002, 0.1, "closed border between Algeria and Morocco"),
    "Skopje>Presevo:road": land(500, 0.0003, 0.4, PUSHED),
    "Skopje>Prizren:road": land(500, 0.0003, 0.4, PUSHED),
    "Idomeni>Gevgelija:foot": land(700, 0.0003, 0.6, PUSHED),
    "Thessaloniki>Bitola:foot": land(700, 0.0003, 0.6, PUSHED),
    "Vlore>Igoumenitsa:foot": land(200, 0.0002, 0.3, "circular migration between Albania and Greece"),
    "Tirana>Thessaloniki:foot": land(200, 0.0002, 0.3, "circular migration between Albania and Greece"),
    "Skopje>Thessaloniki:foot": land(200, 0.0002, 0.3, BALKAN),
    "Bitola>Thessaloniki:foot": land(200, 0.0002, 0.3, BALKAN),
    "Gevgelija>Idomeni:foot": land(200, 0.0002, 0.3, BALKAN),
    "Sofia>Nis:foot": land(600, 0.0003, 0.4, LEG),
    "Svilengrad>Orestiada:road": land(300, 0.0002, 0.3, BALKAN),
    "Orestiada>Svilengrad:road": land(300, 0.0002, 0.3, BALKAN),
    "Sofia>Thessaloniki:road": land(300, 0.0002, 0.3, BALKAN),
    "Thessaloniki>Sofia:road": land(300, 0.0002, 0.3, BALKAN),
    "Sofia>Bucharest:road": land(800, 0.0002, 0.6, DANUBE),
    "Timisoara>Budapest:road": land(800, 0.0002, 0.6, DANUBE),
    "Bucharest>Budapest:road": land(800, 0.0002, 0.6, DANUBE),
    "Igoumenitsa>Bari:sea": land(2500, 0.0005, 0.96, FERRY),
    "Patras>Lecce:sea": land(2500, 0.0005, 0.96, FERRY),
    "Mersin>Larnaca:sea": land(2500, 0.003, 0.6, "an island that leads nowhere, watched"),
    "Tripoli (Lebanon)>Larnaca:sea": land(2500, 0.003, 0.6, "an island that leads nowhere, watched"),
    "Rosetta>Catania:sea": EGYPT,
    "Alexandria>Catania:sea": EGYPT,
    "Alexandria>Lecce:sea": EGYPT,
    "Izmir>Lecce:sea": land(4500, 0.008, 0.1, YACHT),
    "Bodrum>Lecce:sea": land(4500, 0.008, 0.1, YACHT),
    "Mersin>Catania:sea": land(5500, 0.01, 0.1, YACHT),
    "Igoumenitsa>Lecce:sea": land(3500, 0.004, 0.7, ADRIATIC),
    "Patras>Bari:sea": land(3500, 0.004, 0.7, ADRIATIC),
    "Lviv>Medyka:foot": land(1000, 0.0002, 0.5, EAST),
    "Lviv>Warsaw:foot": land(1200, 0.0002, 0.5, EAST),
    "Uzhhorod>Zahony:foot": land(1000, 0.0002, 0.5, EAST),
    "Uzhhorod>Bratislava:foot": land(1000, 0.0002, 0.5, EAST),
    "Odesa>Bucharest:foot": land(800, 0.0002, 0.4, EAST),
    "Kyiv>Vilnius:foot": land(1200, 0.0002, 0.5, EAST + "; across Belarus, which is not on the map"),
    "Calais>Dover:road": land(1500, 0.0005, 0.6, "hidden in lorries, searched in Calais since 2003"),
    "Birmingham>Dublin:sea": land(200, 0.0, 0.1, "common travel area, spot checks"),
    "Athens>Larnaca:sea": land(1000, 0.0, 0.6, "ferry and air with false papers"),
    "Larnaca>Athens:sea": land(1500, 0.0, 0.6, "ferry and air with false papers"),
}
"""Facts of single edges."""
