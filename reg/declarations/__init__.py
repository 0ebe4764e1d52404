"""名称自主申报: the pages and the flow around the name engine — guide, composing, holding, what is held. R101-R111."""
