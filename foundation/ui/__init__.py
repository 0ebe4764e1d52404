"""How every page looks and behaves (页面样式与无障碍): base pages, parts, tags, islands. No models, no business.

Design: tokens and components in static/ui; one template for every field; pages work without script, islands only add.
"""
