"""样例身份证: pictures of ID cards of the fictional people, for OCR and for the journeys. Nothing here is a document.

Every picture carries 样例 虚构 不得作为证件使用. Only people with a mainland ID card (证件类型 10) have one.
"""

from sandbox.idcards.card import Person, back_jpeg, front_jpeg
from sandbox.idcards.photo import Light, photo_jpeg
from sandbox.idcards.sheets import SHEETS, Lease, sheet_photo_jpeg

__all__ = ["SHEETS", "Lease", "Light", "Person", "back_jpeg", "front_jpeg", "photo_jpeg", "sheet_photo_jpeg"]
