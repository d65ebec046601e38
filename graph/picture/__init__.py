"""A picture of the knowledge graph, as one HTML file or one PNG, both self-contained."""

from .drawing import HEIGHT, MOST, WIDTH, Edge, Node, Picture, Told, picture
from .image import to_png
from .page import to_html

__all__ = ["HEIGHT", "MOST", "WIDTH", "Edge", "Node", "Picture", "Told", "picture", "to_html", "to_png"]
