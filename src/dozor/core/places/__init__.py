"""Where things are and who is there: areas with their dates, and the agencies that serve them."""

from dozor.core.places.agencies import Agencies, Agency, read_agencies
from dozor.core.places.areas import Area, Areas, AreaType
from dozor.core.places.table import read_areas

__all__ = ["Agencies", "Agency", "Area", "AreaType", "Areas", "read_agencies", "read_areas"]
