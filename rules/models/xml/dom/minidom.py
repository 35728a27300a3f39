"""xml.dom.minidom, from CPython 3.11.7 (Lib/xml/dom/minidom.py).

Nodes refer to their parents, their children and their document; `unlink` breaks that.
"""
# cyclint: model better-than-source


class Node:
    def __init__(self):
        self.parentNode = None
        self.ownerDocument = None
        self.childNodes = []

    def appendChild(self, node):
        self.childNodes.append(node)
        node.parentNode = self
        return node

    def insertBefore(self, newChild, refChild):
        self.childNodes.append(newChild)
        newChild.parentNode = self
        return newChild

    def removeChild(self, oldChild):
        self.childNodes.remove(oldChild)
        oldChild.parentNode = None
        return oldChild

    def unlink(self):
        for child in self.childNodes:
            child.unlink()
        self.childNodes.clear()
        self.parentNode = None
        self.ownerDocument = None

    def __enter__(self):
        return self

    def __exit__(self, et, ev, tb):
        self.unlink()


class Element(Node):
    def __init__(self, tagName, namespaceURI=None, prefix=None, localName=None):
        Node.__init__(self)


class Text(Node):
    pass


class Document(Node):
    def createElement(self, tagName):
        element = Element(tagName)
        element.ownerDocument = self
        return element

    def createTextNode(self, data):
        text = Text()
        text.ownerDocument = self
        return text


def parse(file, parser=None, bufsize=None):
    return Document()


def parseString(string, parser=None):
    return Document()
