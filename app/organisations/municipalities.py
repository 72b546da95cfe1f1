"""Municipalities by key, with their postcodes and their name in each official language."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality; `key` is what is stored, the names are what is shown."""

    key: str
    nl: str
    fr: str
    postcodes: tuple[str, ...]

    def name(self, language: str) -> str:
        """Give the name in the language; where it has none, both official names."""
        if language == "nl" or self.nl == self.fr:
            return self.nl
        return self.fr if language == "fr" else f"{self.nl} / {self.fr}"


def _rows(text: str) -> dict[str, Municipality]:
    rows = (tuple(part.strip() for part in line.split("|")) for line in text.strip().splitlines())
    return {key: Municipality(key, nl, fr or nl, tuple(postcodes.split())) for key, nl, fr, postcodes in rows}


# The nineteen of the Brussels-Capital Region; Brussels itself has the postcodes of its former municipalities too.
BRUSSELS: Mapping[str, Municipality] = MappingProxyType(
    _rows("""
    anderlecht | Anderlecht | | 1070
    brussel | Brussel | Bruxelles | 1000 1020 1120 1130
    elsene | Elsene | Ixelles | 1050
    etterbeek | Etterbeek | | 1040
    evere | Evere | | 1140
    ganshoren | Ganshoren | | 1083
    jette | Jette | | 1090
    koekelberg | Koekelberg | | 1081
    oudergem | Oudergem | Auderghem | 1160
    schaarbeek | Schaarbeek | Schaerbeek | 1030
    sint-agatha-berchem | Sint-Agatha-Berchem | Berchem-Sainte-Agathe | 1082
    sint-gillis | Sint-Gillis | Saint-Gilles | 1060
    sint-jans-molenbeek | Sint-Jans-Molenbeek | Molenbeek-Saint-Jean | 1080
    sint-joost-ten-node | Sint-Joost-ten-Node | Saint-Josse-ten-Noode | 1210
    sint-lambrechts-woluwe | Sint-Lambrechts-Woluwe | Woluwe-Saint-Lambert | 1200
    sint-pieters-woluwe | Sint-Pieters-Woluwe | Woluwe-Saint-Pierre | 1150
    ukkel | Ukkel | Uccle | 1180
    vorst | Vorst | Forest | 1190
    watermaal-bosvoorde | Watermaal-Bosvoorde | Watermael-Boitsfort | 1170
    """)
)

# Around Leuven: those that public pages name as taking part. Interleuven speaks of nineteen; the others were not found.
LEUVEN: Mapping[str, Municipality] = MappingProxyType(
    _rows("""
    bekkevoort | Bekkevoort | | 3460 3461
    bertem | Bertem | | 3060 3061
    bierbeek | Bierbeek | | 3360
    boortmeerbeek | Boortmeerbeek | | 3190 3191
    diest | Diest | | 3290 3293 3294
    glabbeek | Glabbeek | | 3380 3381 3384
    herent | Herent | | 3020
    hoeilaart | Hoeilaart | | 1560
    holsbeek | Holsbeek | | 3220 3221
    leuven | Leuven | Louvain | 3000 3001 3010 3012 3018
    lubbeek | Lubbeek | | 3210 3211 3212
    overijse | Overijse | | 3090
    scherpenheuvel-zichem | Scherpenheuvel-Zichem | Montaigu-Zichem | 3270 3271 3272
    tervuren | Tervuren | | 3080
    tielt-winge | Tielt-Winge | | 3390 3391
    tienen | Tienen | Tirlemont | 3300
    zemst | Zemst | | 1980 1981 1982
    """)
)

MUNICIPALITIES: Mapping[str, Municipality] = MappingProxyType({**BRUSSELS, **LEUVEN})
