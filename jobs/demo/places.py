"""Invented facilities for the demo, in real municipalities; none of these names is meant to be anybody's."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Place(NamedTuple):
    """One facility of the demo."""

    name: str
    kind: str
    street: str
    postcode: str
    municipality: str
    language: str
    tariff: str
    reply_days: int | None


GROUP, FAMILY = "group", "family"


def _places(text: str) -> tuple[Place, ...]:
    made = []
    for line in text.strip().splitlines():
        name, kind, street, postcode, municipality, language, tariff, reply = (part.strip() for part in line.split("|"))
        made.append(Place(name, kind, street, postcode, municipality, language, tariff, int(reply) if reply else None))
    return tuple(made)


PLACES: Mapping[str, tuple[Place, ...]] = MappingProxyType(
    {
        "brussels": _places("""
            De Wolkenfiets | group | Lindenlaan 14 | 1070 | anderlecht | nl | income |
            Knikkerkelder | group | Molenweg 3 | 1070 | anderlecht | nl | income |
            Onthaalhuisje Radijs | family | Rozenstraat 88 | 1070 | anderlecht | nl | free |
            Het Zandkasteelplein | group | Kerkstraat 21 | 1000 | brussel | nl | income |
            Lantaarnvisje | group | Rue des Fleurs 5 | 1000 | brussel | nl | plus |
            De Pannenkoekenboot | group | Beekstraat 40 | 1020 | brussel | nl | income |
            Trap Op Trap Af | group | Tuinwijk 9 | 1120 | brussel | nl | income |
            Propellertje | family | Schoolstraat 12 | 1130 | brussel | nl | free |
            Muizentrapje | group | Avenue des Roses 31 | 1050 | elsene | nl | income |
            De Blauwe Want | group | Rue du Moulin 7 | 1050 | elsene | fr | income |
            Vlinderfabriek | group | Eikenlaan 52 | 1040 | etterbeek | nl | income |
            Ochtendgeluid | family | Wilgenstraat 6 | 1040 | etterbeek | nl | income |
            De Ballonmolen | group | Kastanjestraat 19 | 1140 | evere | nl | income |
            Pluimgewicht | group | Vogelzangstraat 2 | 1083 | ganshoren | nl | income |
            Kiekeboetiek | group | Populierenlaan 27 | 1083 | ganshoren | nl | free |
            De Regenlaarsjes | group | Lindenlaan 63 | 1090 | jette | nl | income | 21
            Tuimelteen | group | Kerkstraat 110 | 1090 | jette | nl | plus |
            Onthaalhuisje Pastinaak | family | Molenweg 15 | 1090 | jette | nl | free |
            De Stoeptegel | group | Rue de l’École 8 | 1081 | koekelberg | nl | income |
            Bosbessenbus | group | Avenue des Cerisiers 44 | 1160 | oudergem | nl | income |
            De Zilveren Slak | group | Tuinwijk 33 | 1160 | oudergem | nl | income |
            Klatergoudvis | group | Rozenstraat 17 | 1030 | schaarbeek | nl | income |
            Kussenfort | group | Beekstraat 71 | 1030 | schaarbeek | nl | plus |
            De Tandwieltjes | group | Kastanjestraat 90 | 1030 | schaarbeek | nl | income |
            Chez Pépin & Pit | family | Rue des Tilleuls 13 | 1030 | schaarbeek | fr | free |
            Warme Wol | group | Eikenlaan 4 | 1082 | sint-agatha-berchem | nl | income |
            De Kaboutertrein | group | Schoolstraat 66 | 1060 | sint-gillis | nl | income |
            Hinkelhuis Zeven | group | Rue du Ruisseau 22 | 1060 | sint-gillis | nl | income |
            De Papieren Kraan | group | Kerkstraat 75 | 1080 | sint-jans-molenbeek | nl | plus |
            Sokkenballet | group | Wilgenstraat 38 | 1080 | sint-jans-molenbeek | nl | income |
            Tamtam op de Trap | group | Vogelzangstraat 11 | 1080 | sint-jans-molenbeek | nl | income |
            De Groene Knoop | group | Rue des Fleurs 29 | 1210 | sint-joost-ten-node | nl | income |
            Madeliefmolen | group | Avenue des Roses 5 | 1200 | sint-lambrechts-woluwe | nl | income |
            Het Slaapliedje van Zes | group | Lindenlaan 101 | 1200 | sint-lambrechts-woluwe | nl | income |
            De Vliegerwinkel | group | Populierenlaan 8 | 1150 | sint-pieters-woluwe | nl | income |
            Hazelnootje & Co | family | Clos des Hirondelles 3 | 1150 | sint-pieters-woluwe | nl | free |
            De Gekantelde Emmer | group | Molenweg 58 | 1180 | ukkel | nl | income |
            Egelstraat Elf | group | Avenue des Cerisiers 11 | 1180 | ukkel | nl | income |
            Brommerbij | group | Rue du Moulin 46 | 1190 | vorst | nl | income |
            De Theemuts | group | Rozenstraat 60 | 1190 | vorst | nl | plus |
            Steltlopertje | group | Tuinwijk 18 | 1170 | watermaal-bosvoorde | nl | income |
        """),
        "leuven": _places("""
            De Kwikstaartjes | group | Kerkstraat 9 | 3000 | leuven | nl | income |
            Zolderzon | group | Schoolstraat 41 | 3000 | leuven | nl | plus |
            Het Grasfluitje | group | Beekstraat 16 | 3001 | leuven | nl | income |
            De Appelkar | group | Eikenlaan 77 | 3001 | leuven | nl | income |
            Onthaalhuisje Framboos | family | Tuinwijk 24 | 3001 | leuven | nl | income |
            Kriebelkous | group | Lindenlaan 35 | 3010 | leuven | nl | income |
            De Notenkraker Negen | group | Molenweg 9 | 3010 | leuven | nl | income |
            Onthaalhuisje Tijm | family | Rozenstraat 2 | 3010 | leuven | nl | free |
            Maanlampje | group | Populierenlaan 50 | 3012 | leuven | nl | income |
            De Houten Eend | group | Wilgenstraat 13 | 3018 | leuven | nl | income |
            Stampertjesplein | group | Kastanjestraat 28 | 3020 | herent | nl | income |
            Onthaalhuisje Kamille | family | Vogelzangstraat 7 | 3020 | herent | nl | free |
            De Kruiwagen | group | Kerkstraat 44 | 3060 | bertem | nl | income |
            Wikkelwinde | family | Beekstraat 3 | 3061 | bertem | nl | income |
            De Boterham | group | Schoolstraat 5 | 3080 | tervuren | nl | income |
            Druivenrank Drie | group | Lindenlaan 3 | 3090 | overijse | nl | income |
            De Sterrenzeef | group | Molenweg 70 | 3190 | boortmeerbeek | nl | income |
            Boomhutje | family | Eikenlaan 12 | 3210 | lubbeek | nl | income |
            De Rode Draad | group | Tuinwijk 40 | 3220 | holsbeek | nl | income |
            Klaproosje Kwart | group | Rozenstraat 33 | 3270 | scherpenheuvel-zichem | nl | income |
            De Bakkersmuis | group | Kerkstraat 2 | 3290 | diest | nl | income |
            Suikerbietje | group | Wilgenstraat 55 | 3300 | tienen | nl | plus |
            Haspelhof | group | Populierenlaan 6 | 3360 | bierbeek | nl | income |
            Onthaalhuisje Lavas | family | Kastanjestraat 1 | 3390 | tielt-winge | nl | free |
            De Drie Klompen | group | Vogelzangstraat 30 | 1560 | hoeilaart | nl | income |
        """),
    }
)
