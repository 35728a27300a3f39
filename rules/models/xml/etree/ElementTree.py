"""xml.etree.ElementTree, from CPython 3.11.7 (Lib/xml/etree/ElementTree.py, Modules/_elementtree.c).

Elements hold their children and know nothing of their parents.
"""
# cyclint: model better-than-source


class Element:
    def __init__(self, tag, attrib={}, **extra):
        self.tag = tag
        self._children = []

    def append(self, subelement):
        self._children.append(subelement)

    def insert(self, index, subelement):
        self._children.insert(index, subelement)

    def extend(self, elements):
        self._children.extend(elements)

    def remove(self, subelement):
        self._children.remove(subelement)

    def clear(self):
        self._children.clear()


def SubElement(parent, tag, attrib={}, **extra):
    element = Element(tag)
    parent.append(element)
    return element


class ElementTree:
    def __init__(self, element=None, file=None):
        self._root = element

    def getroot(self):
        return self._root


class TreeBuilder:
    def __init__(self, element_factory=None, **kwargs):
        self._factory = element_factory


class XMLParser:
    def __init__(self, *, target=None, encoding=None):
        self.target = target

    def close(self):
        # `del self.target` and the methods of it that the parser had.
        self.target = None
