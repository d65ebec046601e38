"""The nodes of the QA graph, one file each, and the packages that they lean on."""
