"""Where each postcode lies, roughly: the middle of its built-up part, good to a kilometre or so."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Point(NamedTuple):
    """A place on the map, in degrees."""

    latitude: float
    longitude: float


def _points(text: str) -> dict[str, Point]:
    rows = (line.split() for line in text.strip().splitlines())
    return {postcode: Point(float(latitude), float(longitude)) for postcode, latitude, longitude in rows}


# The Brussels-Capital Region.
BRUSSELS: Mapping[str, Point] = MappingProxyType(
    _points("""
    1000 50.847 4.353
    1020 50.883 4.348
    1030 50.868 4.374
    1040 50.836 4.390
    1050 50.828 4.371
    1060 50.827 4.346
    1070 50.836 4.309
    1080 50.855 4.328
    1081 50.862 4.330
    1082 50.864 4.292
    1083 50.871 4.308
    1090 50.879 4.325
    1120 50.899 4.390
    1130 50.892 4.419
    1140 50.872 4.402
    1150 50.835 4.443
    1160 50.816 4.430
    1170 50.800 4.414
    1180 50.802 4.338
    1190 50.811 4.318
    1200 50.845 4.426
    1210 50.853 4.369
    """)
)

# The region of Leuven, and the municipalities between it and Brussels.
LEUVEN: Mapping[str, Point] = MappingProxyType(
    _points("""
    1560 50.767 4.468
    1980 50.984 4.463
    1981 50.992 4.500
    1982 50.960 4.494
    3000 50.880 4.701
    3001 50.864 4.696
    3010 50.889 4.733
    3012 50.901 4.715
    3018 50.926 4.701
    3020 50.908 4.672
    3040 50.789 4.583
    3050 50.834 4.655
    3051 50.801 4.649
    3052 50.827 4.706
    3053 50.831 4.733
    3054 50.834 4.684
    3060 50.862 4.629
    3061 50.850 4.593
    3070 50.889 4.541
    3071 50.897 4.561
    3078 50.876 4.573
    3080 50.823 4.514
    3090 50.774 4.535
    3110 50.953 4.717
    3111 50.951 4.751
    3118 50.972 4.701
    3120 50.993 4.708
    3128 51.004 4.755
    3130 51.019 4.786
    3140 51.003 4.634
    3150 50.977 4.638
    3190 50.979 4.575
    3191 50.995 4.548
    3200 50.985 4.836
    3201 50.994 4.873
    3202 50.974 4.884
    3210 50.889 4.805
    3211 50.868 4.888
    3212 50.873 4.794
    3220 50.921 4.758
    3221 50.947 4.835
    3270 50.980 4.978
    3271 51.003 4.983
    3272 51.001 4.938
    3290 50.984 5.051
    3293 50.976 5.022
    3294 51.008 5.017
    3300 50.807 4.938
    3320 50.776 4.889
    3350 50.836 5.040
    3360 50.829 4.761
    3370 50.836 4.833
    3380 50.872 4.953
    3381 50.885 4.960
    3384 50.873 4.927
    3390 50.925 4.894
    3391 50.895 4.916
    3460 50.941 4.969
    3461 50.919 4.951
    """)
)

POSTCODES: Mapping[str, Point] = MappingProxyType({**BRUSSELS, **LEUVEN})
