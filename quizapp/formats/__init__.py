"""How others write what we store: Markdown, bank files, tables. Pure: text in, objects out."""
